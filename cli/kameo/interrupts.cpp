#include "interrupts.hpp"

#include <asio/signal_set.hpp>

#include <csignal>
#include <mutex>
#include <utility>

namespace kameo::cli {

class Interrupts::State : public std::enable_shared_from_this<State> {
 public:
  explicit State(const asio::any_io_executor& executor) : signals_(executor, SIGINT, SIGTERM) {}

  void listen() {
    signals_.async_wait([self = shared_from_this()](const std::error_code& problem, int number) {
      if (problem) return;  // cancelled
      self->take(number);
      self->listen();
    });
  }
  void cancel() {
    set_hook({});
    std::error_code ignored;  // nothing can be done about it at the end
    signals_.clear(ignored);
    signals_.cancel(ignored);
  }
  void set_hook(Hook hook) {
    const std::lock_guard lock(mutex_);
    hook_ = std::move(hook);
  }
  [[nodiscard]] int first() const {
    const std::lock_guard lock(mutex_);
    return first_;
  }

 private:
  void take(int number) {
    // The hook runs under the lock, so that `set_hook` waits for it to end.
    const std::lock_guard lock(mutex_);
    ++count_;
    if (first_ == 0) first_ = number;
    if (hook_) hook_(count_);
  }

  asio::signal_set signals_;
  mutable std::mutex mutex_;
  Hook hook_;      // guarded by mutex_
  int first_ = 0;  // guarded by mutex_
  int count_ = 0;  // guarded by mutex_
};

Interrupts::Interrupts(const asio::any_io_executor& executor)
    : state_(std::make_shared<State>(executor)) {
  state_->listen();
}
Interrupts::~Interrupts() {
  state_->cancel();
}
void Interrupts::on_each(Hook hook) {
  state_->set_hook(std::move(hook));
}
int Interrupts::first() const {
  return state_->first();
}

}  // namespace kameo::cli

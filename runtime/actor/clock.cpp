#include <kameo/actor/clock.hpp>

#include <asio/steady_timer.hpp>

#include <atomic>
#include <utility>

namespace kameo::actor {
namespace {

class SteadyTimer final : public Timer {
 public:
  explicit SteadyTimer(const asio::any_io_executor& executor) : timer_(executor) {}

  void after(std::chrono::milliseconds delay, std::function<void()> then) override {
    timer_.expires_after(delay);
    auto generation = generation_;
    const auto mine = ++*generation;
    // A wait that has completed but not run yet can't be cancelled in asio: the count tells it.
    timer_.async_wait([generation = std::move(generation), mine,
                       then = std::move(then)](const std::error_code& cancelled) {
      if (!cancelled && *generation == mine) then();
    });
  }
  void cancel() override {
    ++*generation_;
    timer_.cancel();
  }
  ~SteadyTimer() override { ++*generation_; }

 private:
  asio::steady_timer timer_;
  std::shared_ptr<std::atomic<std::uint64_t>> generation_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] std::unique_ptr<Timer> make_timer(const asio::any_io_executor& executor) override {
    return std::make_unique<SteadyTimer>(executor);
  }
};

}  // namespace

std::shared_ptr<Clock> system_clock() {
  static const auto clock = std::make_shared<SystemClock>();  // it has no state
  return clock;
}

}  // namespace kameo::actor

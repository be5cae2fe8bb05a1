#pragma once

#include <kameo/actor/ledger.hpp>
#include <kameo/actor/receiver.hpp>
#include <kameo/actor/take.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace kameo::actor {

/// The caller's end of one ask: completes its handler exactly once, with whatever comes first of
/// the answer, the deadline and a cancel, on the handler's own executor. The latter two are told to
/// whoever works on it.
template <class T, class CompletionHandler>
class PendingAsk final : public ReplyTo::Sink,
                         public DeadlineQueue::Waiting,
                         public std::enable_shared_from_this<PendingAsk<T, CompletionHandler>> {
 public:
  PendingAsk(CompletionHandler handler, const asio::any_io_executor& fallback)
      : handler_(std::move(handler)), work_(asio::get_associated_executor(handler_, fallback)) {
    Ledger::asked();
  }
  ~PendingAsk() override {
    if (queue_) queue_->leave(*this);
  }

  /// Arms deadline and cancel, before the envelope is delivered; gives the deadline. `queue`, if
  /// any, is for an ask that has none of its own.
  std::optional<Envelope::Clock::time_point> arm(const Receiver& receiver,
                                                 std::optional<Envelope::Clock::time_point> until,
                                                 std::shared_ptr<DeadlineQueue> queue) {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) {
      slot.assign([weak = this->weak_from_this()](asio::cancellation_type) {
        if (const auto self = weak.lock()) {
          self->give_up(
              Error(errc::cancelled, "the caller cancelled; it may have been sent and may run"));
        }
      });
    }
    if (!until) {
      if (!queue) return std::nullopt;
      const std::lock_guard lock(timer_mutex_);
      queue_ = std::move(queue);
      return queue_->add(*this);
    }
    const auto clock = receiver.clock();
    const std::lock_guard lock(timer_mutex_);
    timer_ = clock->make_timer(receiver.executor());
    timer_->after(time_left(*clock, *until), [weak = this->weak_from_this()] {
      if (const auto self = weak.lock()) {
        self->give_up(Error(errc::deadline_exceeded, "the deadline passed before the answer came"));
      }
    });
    return until;
  }

  void complete(Result<Message> answer) override { finish(std::move(answer)); }
  [[nodiscard]] bool abandoned() const noexcept override { return done_.load(); }
  void on_abandoned(std::weak_ptr<Canceller> who, std::uint64_t token) override {
    abandonment_.tell(std::move(who), token);
  }

  void on_deadline() override {
    give_up(fail(errc::deadline_exceeded, "no answer came within ", queue_->length().count(),
                 " ms, the default; see RuntimeOptions::deadline"));
  }

 private:
  std::shared_ptr<DeadlineQueue::Waiting> hold() override { return this->weak_from_this().lock(); }

  void give_up(Error why) {
    if (finish(std::move(why))) abandonment_.happen();
  }

  bool finish(Result<Message> answer) {
    if (done_.exchange(true)) return false;  // another outcome was first; the caller has it
    {
      const std::lock_guard lock(timer_mutex_);
      timer_.reset();
      if (queue_) queue_->leave(*this);
    }
    Ledger::ended(answer ? errc{} : answer.error().code());
    const auto executor = work_.get_executor();
    auto end = [handler = std::move(handler_), answer = std::move(answer)]() mutable {
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      std::move(handler)(take_answer<T>(std::move(answer)));
    };
    if constexpr (requires { CompletionHandler::completes_inline; }) {
      end();
    } else {
      asio::post(executor, std::move(end));
    }
    work_.reset();
    return true;
  }

  CompletionHandler handler_;
  asio::executor_work_guard<asio::associated_executor_t<CompletionHandler, asio::any_io_executor>>
      work_;
  std::atomic<bool> done_ = false;
  Abandonment abandonment_;
  std::mutex timer_mutex_;
  std::unique_ptr<Timer> timer_;          // guarded by timer_mutex_
  std::shared_ptr<DeadlineQueue> queue_;  // set before the ask is sent
};

}  // namespace kameo::actor

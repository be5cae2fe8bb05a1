#pragma once

#include <kameo/actor/receiver.hpp>

#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace kameo::actor {

/// The caller's end of one ask: completes its handler exactly once, with whatever comes first of
/// the answer, the deadline and a cancel, on the handler's own executor.
template <class T, class CompletionHandler>
class PendingAsk final : public ReplyTo::Sink,
                         public std::enable_shared_from_this<PendingAsk<T, CompletionHandler>> {
 public:
  PendingAsk(CompletionHandler handler, const asio::any_io_executor& fallback)
      : handler_(std::move(handler)), work_(asio::get_associated_executor(handler_, fallback)) {}

  /// Arms deadline and cancel; before the envelope is delivered.
  void arm(const asio::any_io_executor& executor,
           std::optional<Envelope::Clock::time_point> until) {
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) {
      slot.assign([weak = this->weak_from_this()](asio::cancellation_type) {
        if (const auto self = weak.lock()) {
          self->complete(
              Error(errc::cancelled, "the caller cancelled; it may have been sent and may run"));
        }
      });
    }
    if (!until) return;
    const std::lock_guard lock(timer_mutex_);
    timer_.emplace(executor, *until);
    timer_->async_wait([weak = this->weak_from_this()](const std::error_code& cancelled) {
      if (cancelled) return;
      if (const auto self = weak.lock()) {
        self->complete(
            Error(errc::deadline_exceeded, "the deadline passed before the answer came"));
      }
    });
  }

  void complete(Result<Message> answer) override {
    if (done_.exchange(true)) return;  // another outcome was first; the caller has it
    {
      const std::lock_guard lock(timer_mutex_);
      timer_.reset();
    }
    const auto executor = work_.get_executor();
    auto finish = [handler = std::move(handler_), answer = std::move(answer)]() mutable {
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.clear();
      std::move(handler)(decode(std::move(answer)));
    };
    if constexpr (requires { CompletionHandler::completes_inline; }) {
      finish();
    } else {
      asio::post(executor, std::move(finish));
    }
    work_.reset();
  }

  [[nodiscard]] bool abandoned() const noexcept override { return done_.load(); }

 private:
  static Result<T> decode(Result<Message> answer) {
    if (!answer) return answer.error();
    if constexpr (std::is_same_v<T, Payload>) {
      auto payload = std::move(*answer).payload();
      if (!payload) return payload.error();
      return Payload(std::move(*payload));
    } else {
      return decode_value(std::move(*answer));
    }
  }

  static Result<T> decode_value(Message answer) {
    auto value = std::move(answer).template take<T>();
    if (value) return value;
    auto data = value.error().data();
    data.code = errc::bad_reply;
    return Error(std::move(data));
  }

  CompletionHandler handler_;
  asio::executor_work_guard<asio::associated_executor_t<CompletionHandler, asio::any_io_executor>>
      work_;
  std::atomic<bool> done_ = false;
  std::mutex timer_mutex_;
  std::optional<asio::steady_timer> timer_;  // guarded by timer_mutex_
};

}  // namespace kameo::actor

#pragma once

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace kameo::actor {

/// One appointment. Destroyed or cancelled, it doesn't happen; but it may be about to happen when
/// that is done from another thread than the executor's.
/// Thread-safety: none.
class Timer {
 public:
  virtual ~Timer() = default;
  /// Calls `then` on the executor once `delay` has passed; replaces an earlier appointment.
  virtual void after(std::chrono::milliseconds delay, std::function<void()> then) = 0;
  virtual void cancel() = 0;
};

/// Where supervision gets its time from: asio's timers, or a test's hand.
/// Thread-safety: every function may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;
  [[nodiscard]] virtual std::unique_ptr<Timer> make_timer(
      const asio::any_io_executor& executor) = 0;
};

/// The machine's monotonic clock behind asio's timers.
[[nodiscard]] std::shared_ptr<Clock> system_clock();

}  // namespace kameo::actor

#pragma once

#include <kameo/actor/clock.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

namespace kameo::actor {

/// Those who all wait equally long: in the order in which they came they give up. So one timer does
/// for all of them, and to come and to go costs a few nanoseconds, where a timer for each would
/// cost as much as the ask that it guards. Thread-safety: every function from any thread.
class DeadlineQueue : public std::enable_shared_from_this<DeadlineQueue> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// One who waits. It leaves the queue before its end.
  class Waiting {
   public:
    Waiting() = default;
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    /// Its time has come: on the queue's executor, outside of all locks.
    virtual void on_deadline() = 0;

   protected:
    ~Waiting() = default;

   private:
    friend DeadlineQueue;
    /// Itself; null where it is coming to its end.
    [[nodiscard]] virtual std::shared_ptr<Waiting> hold() = 0;

    // Guarded by the queue's mutex.
    Waiting* before_ = nullptr;
    Waiting* behind_ = nullptr;
    bool waits_ = false;
    TimePoint until_;
  };

  /// `keep_alive`: whatever must live as long as its timer: the context of the executor.
  DeadlineQueue(std::chrono::milliseconds length, std::shared_ptr<Clock> clock,
                const asio::any_io_executor& executor, std::shared_ptr<void> keep_alive = nullptr)
      : keep_alive_(std::move(keep_alive)),
        length_(length),
        clock_(std::move(clock)),
        timer_(clock_->make_timer(executor)) {}

  [[nodiscard]] std::chrono::milliseconds length() const noexcept { return length_; }
  /// Puts it at the end; gives its time.
  TimePoint add(Waiting& waiting);
  /// It waits no more; nothing where it does not.
  void leave(Waiting& waiting) noexcept;
  /// No timer any more: nothing of the queue is left on the executor.
  void close();

 private:
  void unlink(Waiting& waiting) noexcept;
  void arm();
  void expire();

  const std::shared_ptr<void> keep_alive_;  // the first: it goes after all else
  const std::chrono::milliseconds length_;
  const std::shared_ptr<Clock> clock_;

  std::mutex mutex_;  // guards all below
  const std::unique_ptr<Timer> timer_;
  Waiting* first_ = nullptr;
  Waiting* last_ = nullptr;
  bool armed_ = false;  // for the first, or for one before it that has left
  bool closed_ = false;
};

}  // namespace kameo::actor

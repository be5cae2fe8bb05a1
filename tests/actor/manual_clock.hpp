#pragma once

#include <kameo/actor/clock.hpp>

#include <asio/post.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

/// A clock that a test moves on by hand. Thread-safety: as of any clock; a timer is one thread's.
class ManualClock final : public kameo::actor::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  [[nodiscard]] std::unique_ptr<kameo::actor::Timer> make_timer(
      const asio::any_io_executor& executor) override {
    auto state = std::make_shared<State>();
    state->executor = executor;
    const std::lock_guard lock(mutex_);
    timers_.push_back(state);
    return std::make_unique<HandTimer>(*this, std::move(state));
  }

  /// Moves on; what is due by then is posted to its executor.
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
    for (const auto& timer : timers_) {
      if (!timer->then || timer->due > now_) continue;
      asio::post(timer->executor, std::exchange(timer->then, nullptr));
    }
  }
  /// Appointments that are still to come.
  [[nodiscard]] std::size_t pending() const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(
        timers_.begin(), timers_.end(), [](const auto& timer) { return timer->then != nullptr; }));
  }

 private:
  struct State {
    asio::any_io_executor executor;
    std::chrono::steady_clock::time_point due;
    std::function<void()> then;
  };
  class HandTimer final : public kameo::actor::Timer {
   public:
    HandTimer(ManualClock& clock, std::shared_ptr<State> state)
        : clock_(clock), state_(std::move(state)) {}
    ~HandTimer() override {
      HandTimer::cancel();
      // An executor may not outlive its context, which this clock may.
      const std::lock_guard lock(clock_.mutex_);
      std::erase(clock_.timers_, state_);
    }
    void after(std::chrono::milliseconds delay, std::function<void()> then) override {
      const std::lock_guard lock(clock_.mutex_);
      state_->due = clock_.now_ + delay;
      std::swap(state_->then, then);  // the old one goes without the lock
    }
    void cancel() override {
      std::function<void()> dropped;
      const std::lock_guard lock(clock_.mutex_);
      std::swap(state_->then, dropped);
    }

   private:
    ManualClock& clock_;
    std::shared_ptr<State> state_;
  };

  mutable std::mutex mutex_;  // guards all below, and the states
  std::chrono::steady_clock::time_point now_{std::chrono::hours(1)};
  std::vector<std::shared_ptr<State>> timers_;
};

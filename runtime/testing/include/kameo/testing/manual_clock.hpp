#pragma once

#include <kameo/actor/clock.hpp>

#include <asio/post.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace kameo::testing {

/// A clock that a test moves on by hand; also for RuntimeOptions::clock.
class ManualClock final : public actor::Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    const std::lock_guard lock(state_->mutex);
    return state_->now;
  }
  [[nodiscard]] std::unique_ptr<actor::Timer> make_timer(
      const asio::any_io_executor& executor) override {
    return std::make_unique<HandTimer>(state_, executor);
  }

  /// Moves on; what is due by then is posted to its executor.
  void advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(state_->mutex);
    state_->now += by;
    for (auto& each : state_->appointments) {
      if (each.due > state_->now) continue;
      asio::post(each.executor, std::exchange(each.then, nullptr));
    }
    std::erase_if(state_->appointments, [](const auto& each) { return each.then == nullptr; });
  }
  /// Appointments that are still to come.
  [[nodiscard]] std::size_t pending() const {
    const std::lock_guard lock(state_->mutex);
    return state_->appointments.size();
  }

 private:
  struct Appointment {
    const void* timer;
    asio::any_io_executor executor;
    std::chrono::steady_clock::time_point due;
    std::function<void()> then;
  };
  struct State {
    std::mutex mutex;  // guards all below
    std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
    std::vector<Appointment> appointments;
  };
  class HandTimer final : public actor::Timer {
   public:
    HandTimer(std::shared_ptr<State> state, asio::any_io_executor executor)
        : state_(std::move(state)), executor_(std::move(executor)) {}
    ~HandTimer() override { HandTimer::cancel(); }
    void after(std::chrono::milliseconds delay, std::function<void()> then) override {
      cancel();
      const std::lock_guard lock(state_->mutex);
      state_->appointments.push_back({this, executor_, state_->now + delay, std::move(then)});
    }
    void cancel() override {
      std::vector<Appointment> gone;  // destroyed outside of the lock: it may hold anything
      const std::lock_guard lock(state_->mutex);
      auto& all = state_->appointments;
      const auto ours = std::stable_partition(
          all.begin(), all.end(), [this](const auto& each) { return each.timer != this; });
      std::move(ours, all.end(), std::back_inserter(gone));
      all.erase(ours, all.end());
    }

   private:
    const std::shared_ptr<State> state_;
    const asio::any_io_executor executor_;
  };

  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace kameo::testing

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

namespace kameo {

enum class Restart : std::uint8_t {
  always,      ///< also after it ended by itself without fault
  on_failure,  ///< after a crash
  never,
};

/// When a dead actor gets another incarnation, and how soon.
struct RestartPolicy {
  Restart when = Restart::on_failure;
  /// At most so many restarts within `window`; one more, and the actor is given up.
  std::uint32_t intensity = 5;
  std::chrono::milliseconds window{60'000};
  /// Wait before the first restart; then `factor` times the last wait, up to `backoff_max`.
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{10'000};
  double factor = 2.0;
  /// Each wait is made longer or shorter by up to this part of itself, so that many that died
  /// together don't come back together.
  double jitter = 0.2;
  /// An incarnation that lived so long has its successor wait `backoff_min` again.
  std::chrono::milliseconds healthy_after{60'000};

  friend bool operator==(const RestartPolicy&, const RestartPolicy&) = default;
};

}  // namespace kameo

namespace kameo::actor {

/// How an incarnation ended.
enum class Outcome : std::uint8_t {
  normal,        ///< it was stopped, or finished by itself without fault
  failed,        ///< it crashed
  start_failed,  ///< it could not start; as it is, the next one couldn't either
};

/// A RestartPolicy and what has happened so far. Pure: time and chance are arguments.
class RestartTracker {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Decision {
    bool restart = false;
    std::chrono::milliseconds delay{0};
    std::string why_not;  ///< in words, where there is no restart
  };

  explicit RestartTracker(const RestartPolicy& policy) : policy_(policy) {}

  /// An incarnation has ended at `now` after `uptime`. `chance` is in [0, 1).
  [[nodiscard]] Decision ended(Outcome outcome, TimePoint now, std::chrono::milliseconds uptime,
                               double chance);
  /// How many restarts the window still allows; -1 where the policy is never.
  [[nodiscard]] std::int32_t restarts_left(TimePoint now) const;

 private:
  [[nodiscard]] std::size_t within_window(TimePoint now) const;

  RestartPolicy policy_;
  std::deque<TimePoint> restarts_;  // the newest `intensity` of them
  std::uint32_t in_a_row_ = 0;      // restarts since the last healthy incarnation
};

}  // namespace kameo::actor

#include <kameo/actor/restart.hpp>
#include <kameo/concat.hpp>

#include <algorithm>
#include <cmath>

namespace kameo::actor {

RestartTracker::Decision RestartTracker::ended(Outcome outcome, TimePoint now,
                                               std::chrono::milliseconds uptime, double chance) {
  const auto stays_dead = [](std::string why) {
    Decision decision;
    decision.why_not = std::move(why);
    return decision;
  };
  if (outcome == Outcome::start_failed) return stays_dead("it could not start");
  if (policy_.when == Restart::never) return stays_dead("its restart policy is never");
  if (policy_.when == Restart::on_failure && outcome == Outcome::normal) {
    return stays_dead("it ended without a failure");
  }
  if (within_window(now) >= policy_.intensity) {
    return stays_dead(concat("it had its ", policy_.intensity, " restarts within ",
                             policy_.window.count(), " ms"));
  }
  restarts_.push_back(now);
  if (restarts_.size() > policy_.intensity) restarts_.pop_front();

  if (uptime >= policy_.healthy_after) in_a_row_ = 0;
  const auto longest = static_cast<double>(policy_.backoff_max.count());
  auto wait =
      static_cast<double>(policy_.backoff_min.count()) * std::pow(policy_.factor, in_a_row_);
  wait = std::min(wait, longest);
  wait *= 1.0 + policy_.jitter * (2.0 * chance - 1.0);
  ++in_a_row_;

  Decision decision;
  decision.restart = true;
  decision.delay = std::chrono::milliseconds(std::llround(std::clamp(wait, 0.0, longest)));
  return decision;
}

std::int32_t RestartTracker::restarts_left(TimePoint now) const {
  if (policy_.when == Restart::never) return -1;
  return static_cast<std::int32_t>(policy_.intensity - within_window(now));
}

std::size_t RestartTracker::within_window(TimePoint now) const {
  return static_cast<std::size_t>(std::count_if(
      restarts_.begin(), restarts_.end(), [&](TimePoint at) { return now - at < policy_.window; }));
}

}  // namespace kameo::actor

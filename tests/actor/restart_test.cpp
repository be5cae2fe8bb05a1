#include <kameo/actor/restart.hpp>

#include <catch2/catch.hpp>

using kameo::Restart;
using kameo::RestartPolicy;
using kameo::actor::Outcome;
using kameo::actor::RestartTracker;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const RestartTracker::TimePoint start{std::chrono::hours(5)};
constexpr double middle = 0.5;  // neither longer nor shorter

RestartPolicy policy(Restart when) {
  RestartPolicy made;
  made.when = when;
  return made;
}

}  // namespace

TEST_CASE("I7 policy by ending decides whether there is a restart", "[actor][restart]") {
  struct Row {
    Restart policy;
    Outcome outcome;
    bool restarts;
  };
  const auto row = GENERATE(
      Row{Restart::always, Outcome::normal, true}, Row{Restart::always, Outcome::failed, true},
      Row{Restart::always, Outcome::start_failed, false},
      Row{Restart::on_failure, Outcome::normal, false},
      Row{Restart::on_failure, Outcome::failed, true},
      Row{Restart::on_failure, Outcome::start_failed, false},
      Row{Restart::never, Outcome::normal, false}, Row{Restart::never, Outcome::failed, false},
      Row{Restart::never, Outcome::start_failed, false});
  RestartTracker tracker(policy(row.policy));
  const auto decision = tracker.ended(row.outcome, start, milliseconds(0), middle);
  CHECK(decision.restart == row.restarts);
  CHECK(decision.why_not.empty() == row.restarts);
}

TEST_CASE("the wait before a restart doubles up to its limit", "[actor][restart]") {
  auto growing = policy(Restart::on_failure);
  growing.intensity = 100;
  growing.backoff_max = milliseconds(1000);
  RestartTracker tracker(growing);
  for (const auto expected : {100, 200, 400, 800, 1000, 1000}) {
    const auto decision = tracker.ended(Outcome::failed, start, milliseconds(5), middle);
    CHECK(decision.delay == milliseconds(expected));
  }
}

TEST_CASE("an incarnation that lived long resets the wait", "[actor][restart]") {
  auto growing = policy(Restart::on_failure);
  growing.intensity = 100;
  RestartTracker tracker(growing);
  static_cast<void>(tracker.ended(Outcome::failed, start, milliseconds(5), middle));
  CHECK(tracker.ended(Outcome::failed, start, milliseconds(5), middle).delay == milliseconds(200));
  CHECK(tracker.ended(Outcome::failed, start, growing.healthy_after, middle).delay ==
        milliseconds(100));
  CHECK(tracker.ended(Outcome::failed, start, milliseconds(5), middle).delay == milliseconds(200));
}

TEST_CASE("jitter makes a wait longer or shorter by its part at most", "[actor][restart]") {
  auto shaken = policy(Restart::on_failure);
  shaken.jitter = 0.2;
  const auto first_wait = [&](double chance) {
    RestartTracker tracker(shaken);
    return tracker.ended(Outcome::failed, start, milliseconds(0), chance).delay;
  };
  CHECK(first_wait(0.0) == milliseconds(80));
  CHECK(first_wait(0.5) == milliseconds(100));
  CHECK(first_wait(0.999999) == milliseconds(120));
}

TEST_CASE("more restarts than the intensity within the window is the end", "[actor][restart]") {
  auto tight = policy(Restart::on_failure);
  tight.intensity = 2;
  tight.window = seconds(10);
  RestartTracker tracker(tight);
  CHECK(tracker.restarts_left(start) == 2);
  CHECK(tracker.ended(Outcome::failed, start, milliseconds(0), middle).restart);
  CHECK(tracker.ended(Outcome::failed, start + seconds(1), milliseconds(0), middle).restart);
  CHECK(tracker.restarts_left(start + seconds(2)) == 0);
  const auto third = tracker.ended(Outcome::failed, start + seconds(9), milliseconds(0), middle);
  CHECK(!third.restart);
  CHECK(third.why_not == "it had its 2 restarts within 10000 ms");
}

TEST_CASE("restarts that have left the window don't count", "[actor][restart]") {
  auto tight = policy(Restart::on_failure);
  tight.intensity = 1;
  tight.window = seconds(10);
  RestartTracker tracker(tight);
  CHECK(tracker.ended(Outcome::failed, start, milliseconds(0), middle).restart);
  CHECK(tracker.restarts_left(start + seconds(9)) == 0);
  CHECK(tracker.restarts_left(start + seconds(10)) == 1);
  CHECK(tracker.ended(Outcome::failed, start + seconds(10), milliseconds(0), middle).restart);
}

TEST_CASE("an intensity of none means no restart at all", "[actor][restart]") {
  auto none = policy(Restart::always);
  none.intensity = 0;
  RestartTracker tracker(none);
  CHECK(!tracker.ended(Outcome::failed, start, milliseconds(0), middle).restart);
}

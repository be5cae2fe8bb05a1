#include <catch2/catch.hpp>

#include "slot_fixture.hpp"

using kameo::errc;
using kameo::Restart;
using kameo::RestartPolicy;
using kameo::actor::Outcome;
using kameo::actor::SlotEvent;
using kameo::actor::StopMode;
using std::chrono::milliseconds;

namespace {

RestartPolicy policy(Restart when, std::uint32_t intensity = 5) {
  RestartPolicy made;
  made.when = when;
  made.intensity = intensity;
  return made;
}

}  // namespace

TEST_CASE("messages wait in order while an actor starts", "[actor][slot]") {
  SlotFixture fixture;
  fixture.start();
  for (int i = 0; i < 5; ++i) REQUIRE(fixture.tell(i));
  CHECK(fixture.life->held.empty());
  CHECK(!fixture.start_result);

  fixture.become_running();

  CHECK(fixture.start_result.value());
  CHECK(fixture.held_values() == std::vector{0, 1, 2, 3, 4});
  CHECK(fixture.life->flushes == 1);  // many messages, one write
}

TEST_CASE("an incarnation gets no more than it has room for", "[actor][slot]") {
  SlotFixture fixture;
  fixture.started();
  fixture.life->room = 2;
  for (int i = 0; i < 4; ++i) REQUIRE(fixture.tell(i));
  CHECK(fixture.life->held.size() == 2);
  CHECK(fixture.slot->waiting() == 2);

  fixture.life->room = 3;
  asio::post(fixture.slot->executor(), [&] { fixture.life->owner->on_room(); });
  fixture.run();
  CHECK(fixture.held_values() == std::vector{0, 1, 2});
}

TEST_CASE("I3 beyond the mailbox an ask and a tell are refused as overloaded", "[actor][slot]") {
  SlotFixture fixture({}, 2);
  fixture.start();
  REQUIRE(fixture.tell(1));
  const auto second = fixture.ask(2);
  CHECK(fixture.tell(3).error().code() == errc::overloaded);
  const auto fourth = fixture.ask(4);
  REQUIRE(*fourth);
  CHECK((*fourth)->error().code() == errc::overloaded);
  CHECK(!*second);
}

TEST_CASE("a failed first start is the spawn's error and is not tried again", "[actor][slot]") {
  const auto outcome = GENERATE(Outcome::start_failed, Outcome::failed);
  SlotFixture fixture(policy(Restart::always));
  fixture.start();
  const auto early = fixture.ask(1);
  fixture.end(outcome, "no module named strategy");

  REQUIRE(fixture.start_result);
  CHECK(fixture.start_result->error().message() == "no module named strategy");
  CHECK(fixture.life->number == 1);
  CHECK(fixture.clock->pending() == 0);
  REQUIRE(*early);
  CHECK((*early)->error().code() == errc::not_started);
  CHECK(fixture.tell(2).error().code() == errc::stopped);
}

TEST_CASE("I9 after a crash the next incarnation comes after its wait, and gets what waited",
          "[actor][slot]") {
  SlotFixture fixture;
  fixture.started();
  fixture.life->room = 1;
  const auto in_hand = fixture.ask(1);
  const auto waiting = fixture.ask(2);
  fixture.end(Outcome::failed);

  REQUIRE(*in_hand);
  CHECK((*in_hand)->error().code() == errc::died_may_have_run);
  CHECK(!*waiting);
  REQUIRE(fixture.tell(3));  // taken while there is nobody
  CHECK(fixture.life->number == 1);
  fixture.clock->advance(milliseconds(99));
  fixture.run();
  CHECK(fixture.life->number == 1);
  fixture.clock->advance(milliseconds(1));
  fixture.run();
  CHECK(fixture.life->number == 2);
  fixture.become_running();

  CHECK(fixture.life->held.size() == 2);
  fixture.reply(0, 20);
  CHECK((*waiting)->value() == 20);
  CHECK(!fixture.overlap);
  CHECK(fixture.events == std::vector{SlotEvent::Type::started, SlotEvent::Type::restarting,
                                      SlotEvent::Type::started});
}

TEST_CASE("I6 when the restarts are spent, waiting tells are dead letters in order and asks end",
          "[actor][slot]") {
  SlotFixture fixture(policy(Restart::on_failure, 1));
  fixture.started();
  fixture.end(Outcome::failed);
  fixture.clock->advance(milliseconds(100));
  fixture.run();
  REQUIRE(fixture.tell(1));
  const auto asked = fixture.ask(2);
  REQUIRE(fixture.tell(3));
  CHECK(fixture.dead.empty());  // not at a restart
  fixture.end(Outcome::failed, "again");

  CHECK(fixture.dead == std::vector{1, 3});
  CHECK(fixture.dead_code == errc::not_started);
  REQUIRE(*asked);
  CHECK((*asked)->error().code() == errc::not_started);
  CHECK((*asked)->error().message().find("its 1 restarts") != std::string::npos);
  CHECK((*asked)->error().data().cause.find("again") != std::string::npos);
  CHECK(fixture.tell(4).error().code() == errc::stopped);
  CHECK(fixture.events.back() == SlotEvent::Type::given_up);
}

TEST_CASE("a start that fails after a crash is not tried for ever", "[actor][slot]") {
  SlotFixture fixture(policy(Restart::on_failure, 100));
  fixture.started();
  fixture.end(Outcome::failed);
  fixture.clock->advance(milliseconds(100));
  fixture.run();
  fixture.end(Outcome::start_failed, "a SyntaxError since then");
  CHECK(fixture.clock->pending() == 0);
  CHECK(fixture.tell(1).error().code() == errc::stopped);
}

TEST_CASE("an end without a failure is final unless the policy is always", "[actor][slot]") {
  const auto when = GENERATE(Restart::always, Restart::on_failure, Restart::never);
  SlotFixture fixture(policy(when));
  fixture.started();
  fixture.end(Outcome::normal);
  CHECK(fixture.clock->pending() == (when == Restart::always ? 1 : 0));
  CHECK(fixture.tell(1).has_value() == (when == Restart::always));
}

TEST_CASE("I5 a graceful stop works off what waits, then stops the incarnation", "[actor][slot]") {
  SlotFixture fixture;
  fixture.started();
  fixture.life->room = 1;
  REQUIRE(fixture.tell(1));
  REQUIRE(fixture.tell(2));
  bool stopped = false;
  fixture.slot->stop(StopMode::drain, [&] { stopped = true; });
  fixture.run();
  CHECK(fixture.tell(3).error().code() == errc::stopped);
  CHECK(fixture.life->stops.empty());

  fixture.life->room = 2;
  asio::post(fixture.slot->executor(), [&] { fixture.life->owner->on_room(); });
  fixture.run();
  CHECK(fixture.life->stops == std::vector{StopMode::drain});
  CHECK(!stopped);
  fixture.end(Outcome::normal);
  CHECK(stopped);
  CHECK(fixture.dead.empty());
  CHECK(fixture.clock->pending() == 0);
}

TEST_CASE("a stop that takes too long becomes a termination, then a kill", "[actor][slot]") {
  SlotFixture fixture;
  fixture.started();
  fixture.life->room = 0;
  REQUIRE(fixture.tell(1));
  const auto asked = fixture.ask(2);
  fixture.slot->stop(StopMode::drain);
  fixture.run();
  fixture.clock->advance(milliseconds(10'000));
  fixture.run();
  CHECK(fixture.life->stops == std::vector{StopMode::terminate});
  CHECK(fixture.dead == std::vector{1});
  REQUIRE(*asked);
  CHECK((*asked)->error().code() == errc::not_started);
  fixture.clock->advance(milliseconds(2'000));
  fixture.run();
  CHECK(fixture.life->stops == std::vector{StopMode::terminate, StopMode::kill});
}

TEST_CASE("a stop while an actor waits to be restarted ends it at once", "[actor][slot]") {
  SlotFixture fixture;
  fixture.started();
  fixture.end(Outcome::failed);
  const auto waiting = fixture.ask(1);
  bool stopped = false;
  fixture.slot->stop(StopMode::drain, [&] { stopped = true; });
  fixture.run();
  CHECK(stopped);
  CHECK(fixture.clock->pending() == 0);
  REQUIRE(*waiting);
  CHECK((*waiting)->error().code() == errc::not_started);
}

TEST_CASE("a crash during a stop is the end and not a restart", "[actor][slot]") {
  SlotFixture fixture(policy(Restart::always));
  fixture.started();
  bool stopped = false;
  fixture.slot->stop(StopMode::drain, [&] { stopped = true; });
  fixture.run();
  fixture.end(Outcome::failed);
  CHECK(stopped);
  CHECK(fixture.clock->pending() == 0);
}

TEST_CASE("an ask that nobody waits for any more is not delivered", "[actor][slot]") {
  struct Gone final : kameo::actor::ReplyTo::Sink {
    void complete(kameo::Result<kameo::actor::Message>) override {}
    [[nodiscard]] bool abandoned() const noexcept override { return true; }
  };
  SlotFixture fixture;
  fixture.start();
  REQUIRE(fixture.slot->deliver(
      {1, kameo::actor::Message::of(1), kameo::actor::ReplyTo(std::make_shared<Gone>())}));
  REQUIRE(fixture.tell(2));
  fixture.become_running();
  CHECK(fixture.held_values() == std::vector{2});
}

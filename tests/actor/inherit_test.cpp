#include "stream_fixture.hpp"

#include <catch2/catch.hpp>

using kameo::errc;
using namespace streams;
using std::chrono::milliseconds;

namespace {

kameo::AskOptions within(milliseconds length) {
  kameo::AskOptions options;
  options.deadline = length;
  return options;
}

/// `ref` asks `second`, which holds.
struct Chain : StreamFixture {
  Chain() {
    second = add("second");
    world(0).next = second;
    world(1).next = ref;
  }
  Ref second;
};

}  // namespace

TEST_CASE("a deadline is told on time whatever the handler does, and the handler is told",
          "[actor][deadline]") {
  StreamFixture fixture;
  const auto outcome = fixture.call(fixture.ref, routes::wait, within(milliseconds(50)));
  fixture.pass(milliseconds(49));
  CHECK(!*outcome);
  fixture.pass(milliseconds(1));
  REQUIRE(*outcome);
  CHECK((*outcome)->error().code() == errc::deadline_exceeded);
  CHECK(fixture.log().back() == "let go");
}

TEST_CASE("an ask that is made while another is handled inherits what is left of its deadline",
          "[actor][deadline]") {
  Chain fixture;
  const auto pending = fixture.clock->pending();
  const auto outcome = fixture.call(fixture.ref, routes::forward, within(milliseconds(50)));
  CHECK(fixture.world(1).log.back() == "held");
  CHECK(fixture.clock->pending() == pending + 2);  // each of both asks has one of its own
  fixture.pass(milliseconds(50));
  CHECK((*outcome)->error().code() == errc::deadline_exceeded);
  CHECK(fixture.world(1).log.back() == "let go");
}

TEST_CASE("no_deadline, said expressly, inherits none", "[actor][deadline]") {
  Chain fixture;
  const auto pending = fixture.clock->pending();
  const auto outcome = fixture.call(fixture.ref, routes::forward_none, within(milliseconds(50)));
  CHECK(fixture.clock->pending() == pending + 1);  // that of the outer ask alone
  fixture.pass(milliseconds(50));
  CHECK((*outcome)->error().code() == errc::deadline_exceeded);
}

TEST_CASE("a cancel reaches what the handler itself has asked for", "[actor][deadline]") {
  Chain fixture;
  {
    auto stream = fixture.ref.stream(routes::forward, 0);  // wants items of one that gives a reply
    fixture.run();
    CHECK(fixture.world(1).log.back() == "held");
  }
  fixture.run();
  CHECK(fixture.world(1).log.back() == "let go");
}

TEST_CASE("an actor that would wait for its own answer is told so at once, with the cycle",
          "[actor][deadlock]") {
  Chain fixture;
  CHECK((*fixture.call(fixture.second, routes::around))->value() == 7);  // nobody waits for it

  const auto outcome = fixture.call(fixture.ref, routes::relay);
  REQUIRE(*outcome);
  CHECK((*outcome)->error().code() == errc::deadlock);
  CHECK((*outcome)->error().message().find("streamer → second → streamer: ") == 0);
  CHECK((*fixture.call(fixture.ref, routes::echo))->value() == 7);  // both live on
}

TEST_CASE("a reentrant actor is asked while it waits", "[actor][deadlock]") {
  StreamFixture fixture;
  const auto reentrant = fixture.add("reentrant", 1, true);
  fixture.world(1).next = reentrant;
  CHECK((*fixture.call(reentrant, routes::around))->value() == 7);
}

TEST_CASE("an actor with a place left takes an ask of its own chain", "[actor][deadlock]") {
  StreamFixture fixture;
  const auto wide = fixture.add("wide", 2);
  fixture.world(1).next = wide;
  CHECK((*fixture.call(wide, routes::around))->value() == 7);
}

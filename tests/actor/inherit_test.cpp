#include "stream_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

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

namespace {

/// An actor whose asks wait 50 ms where nobody says anything.
struct Defaulted : StreamFixture {
  Defaulted() {
    default_deadline = std::make_shared<kameo::actor::DeadlineQueue>(milliseconds(50), clock,
                                                                     context.get_executor());
    actor = add("defaulted", 8);
    world(1).next = actor;
  }
  Ref actor;
};

errc code_of(const std::shared_ptr<std::optional<kameo::Result<int>>>& outcome) {
  REQUIRE(*outcome);
  return **outcome ? errc{} : (*outcome)->error().code();
}

}  // namespace

TEST_CASE("where nobody says anything, the default deadline counts from each ask's own call",
          "[actor][deadline]") {
  Defaulted fixture;
  const auto first = fixture.call(fixture.actor, routes::wait);
  fixture.pass(milliseconds(30));
  const auto second = fixture.call(fixture.actor, routes::wait);
  const auto answered = fixture.call(fixture.actor, routes::echo);
  CHECK((*answered)->value() == 7);
  fixture.pass(milliseconds(19));
  CHECK(!*first);
  fixture.pass(milliseconds(1));
  CHECK(code_of(first) == errc::deadline_exceeded);
  CHECK((*first)->error().message() ==
        "no answer came within 50 ms, the default; see RuntimeOptions::deadline");
  CHECK(fixture.world(1).log.back() == "let go");
  CHECK(!*second);
  fixture.pass(milliseconds(30));
  CHECK(code_of(second) == errc::deadline_exceeded);
}

TEST_CASE("a deadline that is said, or inherited, goes before the default", "[actor][deadline]") {
  Defaulted fixture;
  kameo::AskOptions none;
  none.deadline = kameo::no_deadline;
  const auto expressly_none = fixture.call(fixture.actor, routes::wait, none);
  const auto longer = fixture.call(fixture.actor, routes::wait, within(milliseconds(200)));
  const auto inherits = fixture.call(fixture.actor, routes::forward, within(milliseconds(200)));
  auto stream = fixture.actor.stream(routes::hold, 0);
  CHECK(fixture.next(stream) == 1);
  fixture.pass(milliseconds(199));
  CHECK(!*longer);
  CHECK(!*inherits);
  CHECK(fixture.next(stream) == -1);  // a stream may be silent by right
  fixture.pass(milliseconds(1));
  CHECK(code_of(longer) == errc::deadline_exceeded);
  CHECK(code_of(inherits) == errc::deadline_exceeded);
  CHECK(!*expressly_none);
}

TEST_CASE("what asks without a deadline is handled asks with the default", "[actor][deadline]") {
  Defaulted fixture;
  kameo::AskOptions none;
  none.deadline = kameo::no_deadline;
  const auto outer = fixture.call(fixture.actor, routes::forward, none);
  fixture.pass(milliseconds(50));
  CHECK(code_of(outer) == errc::deadline_exceeded);  // the inner ask's, handed on
}

TEST_CASE("the default deadline leaves nothing on the executor once it is closed",
          "[actor][deadline]") {
  Defaulted fixture;
  const auto pending = fixture.clock->pending();
  const auto outcome = fixture.call(fixture.actor, routes::wait);
  CHECK(fixture.clock->pending() == pending + 1);
  fixture.default_deadline->close();
  CHECK(fixture.clock->pending() == pending);
}

TEST_CASE("an ask's trace goes along with what is asked for it", "[actor][trace]") {
  Chain fixture;
  kameo::AskOptions options;
  CHECK((*fixture.call(fixture.ref, routes::pass_trace, options))->value() == -1);
  options.trace = kameo::TraceContext{};
  options.trace->flags = 3;
  CHECK((*fixture.call(fixture.ref, routes::traced, options))->value() == 3);
  CHECK((*fixture.call(fixture.ref, routes::pass_trace, options))->value() == 3);
}

TEST_CASE("a handler that allows more runs beside others, and the order stays",
          "[actor][concurrency]") {
  StreamFixture fixture;
  std::vector<std::uint32_t> of_handlers(routes::wait, 1);
  of_handlers[routes::wait - 1] = 2;
  const auto actor = fixture.add("narrow", {1, of_handlers});
  kameo::AskOptions soon;
  soon.deadline = milliseconds(10);
  const auto first = fixture.call(actor, routes::wait, soon);
  const auto second = fixture.call(actor, routes::wait);
  CHECK(fixture.world(1).log == std::vector<std::string>{"held", "held"});
  const auto third = fixture.call(actor, routes::wait);
  const auto behind = fixture.call(actor, routes::echo);
  fixture.pass(milliseconds(10));  // the first goes, the third has its place
  CHECK(fixture.world(1).log == std::vector<std::string>{"held", "held", "let go", "held"});
  CHECK(!*behind);  // only one at a time, behind two that hold
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

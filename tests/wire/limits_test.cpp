// What a session keeps of its peer's is bounded: streams that are open, bytes that nobody has done
// with. Over such a limit one call is refused, and the session goes on.

#include "session_pair.hpp"

#include <catch2/catch.hpp>

using namespace kameo;
using namespace kameo::wire;
using namespace kameo::wire::test;

namespace {

AskParts stream(StreamWindow window = {10, 1000}) {
  AskParts parts;
  parts.window = window;
  return parts;
}
AskParts with_input() {
  AskParts parts;
  parts.input = true;
  return parts;
}
Limits few_streams(std::uint32_t streams) {
  Limits limits;
  limits.open_streams = streams;
  return limits;
}
Limits little_room(std::uint64_t bytes) {
  Limits limits;
  limits.parked_bytes = bytes;
  return limits;
}
const std::string hundred(100, 'x');

}  // namespace

TEST_CASE("a stream more than the limit is refused, other calls are not", "[wire][limits]") {
  const auto pair = SessionPair::running({}, few_streams(2));
  REQUIRE(pair->parent.ask(1, as_bytes("a"), stream()));
  REQUIRE(pair->parent.ask(1, as_bytes("b"), with_input()));
  const auto third = pair->parent.ask(1, as_bytes("c"), stream()).value();
  const auto plain = pair->ask("d");

  pair->to_child();

  const auto asks = events_of(pair->child);
  REQUIRE(asks.size() == 3);
  CHECK(asks.back().id() == plain);
  pair->to_parent();
  const auto refused = pair->take(pair->parent);
  CHECK(refused.id() == third);
  CHECK(refused.code() == errc::overloaded);
  CHECK_THAT(refused.event.error->message(), Catch::Contains("Limits::open_streams is 2"));
}

TEST_CASE("a stream that has ended makes room for another", "[wire][limits]") {
  const auto pair = SessionPair::running({}, few_streams(1));
  const auto first = pair->parent.ask(1, as_bytes("a"), stream()).value();
  pair->child_takes();
  REQUIRE(pair->child.end_stream(first));
  const auto second = pair->parent.ask(1, as_bytes("b"), stream()).value();
  CHECK(pair->child_takes() == second);
}

TEST_CASE("requests that nobody answers are refused from the limit on", "[wire][limits]") {
  const auto pair = SessionPair::running({}, little_room(250));
  const auto first = pair->ask(hundred);
  pair->ask(hundred);
  const auto third = pair->ask(hundred);

  pair->to_child();

  CHECK(events_of(pair->child).size() == 2);
  CHECK(pair->child.parked_bytes() == 200);
  pair->to_parent();
  const auto refused = pair->take(pair->parent);
  CHECK(refused.id() == third);
  CHECK(refused.code() == errc::overloaded);
  CHECK_THAT(refused.event.error->message(), Catch::Contains("Limits::parked_bytes is 250"));

  REQUIRE(pair->child.reply(first, as_bytes("done")));
  const auto fourth = pair->ask(hundred);
  CHECK(pair->child_takes() == fourth);
}

TEST_CASE("items that nobody reads end their stream at the limit", "[wire][limits]") {
  const auto pair = SessionPair::running(little_room(250));
  const auto ask = pair->parent.ask(1, as_bytes("a"), stream()).value();
  pair->child_takes();
  for (int i = 0; i < 3; ++i) REQUIRE(pair->child.send_item(ask, as_bytes(hundred)));

  pair->to_parent();

  const auto events = events_of(pair->parent);
  REQUIRE(events.size() == 3);
  CHECK(events.back().type() == Event::Type::error);
  CHECK(events.back().code() == errc::overloaded);
  CHECK(pair->parent.open_asks() == 0);
  CHECK(pair->parent.parked_bytes() == 0);
  pair->to_child();
  CHECK(pair->take(pair->child).type() == Event::Type::cancel);
}

TEST_CASE("items that are read make room", "[wire][limits]") {
  const auto pair = SessionPair::running(little_room(150));
  const auto ask = pair->parent.ask(1, as_bytes("a"), stream()).value();
  pair->child_takes();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(pair->child.send_item(ask, as_bytes(hundred)));
    pair->to_parent();
    CHECK(pair->take(pair->parent).type() == Event::Type::item);
    pair->parent.grant(ask, {1, 100});
    CHECK(pair->parent.parked_bytes() == 0);
    pair->to_child();
    CHECK(events_of(pair->child).empty());
  }
}

TEST_CASE("input that nobody reads ends its ask at the limit, and the handler hears of it",
          "[wire][limits]") {
  const auto pair = SessionPair::running({}, little_room(250));
  const auto ask = pair->parent.ask(1, as_bytes("a"), with_input()).value();
  pair->child_takes();
  pair->child.grant_input(ask, {10, 1000});
  pair->to_parent();
  REQUIRE(pair->take(pair->parent).type() == Event::Type::input_credit);
  for (int i = 0; i < 3; ++i) REQUIRE(pair->parent.send_input(ask, as_bytes(hundred)));

  pair->to_child();

  const auto events = events_of(pair->child);
  REQUIRE(events.size() == 3);
  CHECK(events.back().type() == Event::Type::cancel);
  CHECK(pair->child.unanswered() == 0);
  CHECK(pair->child.parked_bytes() == 0);
  pair->to_parent();
  CHECK(pair->take(pair->parent).code() == errc::overloaded);
}

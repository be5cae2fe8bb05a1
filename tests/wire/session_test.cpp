#include "session_pair.hpp"

#include <catch2/catch.hpp>

using namespace kameo;
using namespace kameo::wire;
using namespace kameo::wire::test;
using namespace std::chrono_literals;

TEST_CASE("an ask is answered once by its reply", "[wire][session]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask("AAPL");
  CHECK(pair->parent.open_asks() == 1);
  pair->to_child();
  const auto got = SessionPair::take(pair->child);
  REQUIRE(got.type() == Event::Type::ask);
  CHECK(got.event.route == 1);
  CHECK(got.payload == "AAPL");
  CHECK(pair->child.unanswered() == 1);

  REQUIRE(pair->child.reply(got.id(), as_bytes("up")));
  CHECK(pair->child.unanswered() == 0);
  pair->to_parent();
  const auto reply = SessionPair::take(pair->parent);
  REQUIRE(reply.type() == Event::Type::reply);
  CHECK(reply.id() == ask);
  CHECK(reply.payload == "up");
  CHECK(pair->parent.open_asks() == 0);
  CHECK(events_of(pair->parent).empty());
}

TEST_CASE("a callback is an ask the other way, on the same code", "[wire][session]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->child.ask(2, as_bytes("AAPL"));
  REQUIRE(ask);
  pair->to_parent();
  const auto got = SessionPair::take(pair->parent);
  REQUIRE(got.type() == Event::Type::ask);
  CHECK(got.event.route == 2);
  REQUIRE(pair->parent.refuse(got.id(), Error(errc::not_provided, "nobody")));
  pair->to_child();
  const auto answer = SessionPair::take(pair->child);
  REQUIRE(answer.type() == Event::Type::error);
  CHECK(answer.id() == *ask);
  CHECK(answer.code() == errc::not_provided);
}

TEST_CASE("a child may ask from its start-up code, a parent waits for ready", "[wire][session]") {
  SessionPair pair;
  CHECK(pair.parent.ask(1, {}).error().code() == errc::session_closed);
  REQUIRE(pair.child.hello({}));
  CHECK(pair.child.ask(2, {}).error().code() == errc::session_closed);
  pair.to_parent();
  REQUIRE(SessionPair::take(pair.parent).type() == Event::Type::hello);
  REQUIRE(pair.parent.welcome({}));
  CHECK_FALSE(pair.parent.ask(1, {}));
  pair.to_child();
  REQUIRE(SessionPair::take(pair.child).type() == Event::Type::welcome);
  REQUIRE(pair.child.ask(2, {}));
  pair.to_parent();
  const auto got = SessionPair::take(pair.parent);
  REQUIRE(got.type() == Event::Type::ask);
  REQUIRE(pair.parent.reply(got.id(), {}));
  pair.to_child();
  CHECK(SessionPair::take(pair.child).type() == Event::Type::reply);
}

TEST_CASE("a child that is starting may read a stream of its parent's", "[wire][session]") {
  SessionPair pair;
  REQUIRE(pair.child.hello({}));
  pair.to_parent();
  REQUIRE(pair.take(pair.parent).type() == Event::Type::hello);
  REQUIRE(pair.parent.welcome({}));
  pair.to_child();
  REQUIRE(pair.take(pair.child).type() == Event::Type::welcome);
  AskParts parts;
  parts.window = StreamWindow{4, 100};
  const auto id = pair.child.ask(1, as_bytes("history"), parts);
  REQUIRE(id);
  pair.to_parent();
  REQUIRE(pair.take(pair.parent).type() == Event::Type::ask);

  REQUIRE(pair.parent.send_item(*id, as_bytes("first")));
  REQUIRE(pair.parent.end_stream(*id));

  pair.to_child();
  CHECK(pair.take(pair.child).payload == "first");
  CHECK(pair.take(pair.child).type() == Event::Type::end);
}

TEST_CASE("messages of one sender arrive in the order in which they were sent", "[wire][session]") {
  const auto pair = SessionPair::running();
  for (int i = 0; i < 100; ++i) REQUIRE(pair->parent.tell(1, as_bytes(std::to_string(i))));
  pair->to_child(SessionPair::all, 7);
  const auto events = events_of(pair->child);
  REQUIRE(events.size() == 100);
  for (std::size_t i = 0; i < 100; ++i) CHECK(events[i].payload == std::to_string(i));
}

TEST_CASE("answers may come in any order", "[wire][session]") {
  const auto pair = SessionPair::running();
  const auto first = pair->ask();
  const auto second = pair->ask();
  CHECK(first != second);
  const auto a = pair->child_takes();
  const auto b = pair->child_takes();
  REQUIRE(pair->child.reply(b, as_bytes("b")));
  REQUIRE(pair->child.reply(a, as_bytes("a")));
  pair->to_parent();
  CHECK(SessionPair::take(pair->parent).id() == second);
  CHECK(SessionPair::take(pair->parent).id() == first);
}

TEST_CASE("an id is not used twice in a session", "[wire][session]") {
  const auto pair = SessionPair::running();
  std::vector<CorrelationId> ids;
  for (int i = 0; i < 50; ++i) {
    ids.push_back(pair->ask());
    REQUIRE(pair->child.reply(pair->child_takes(), {}));
    pair->to_parent();
    REQUIRE(events_of(pair->parent).size() == 1);
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  CHECK(ids.front() != 0);
}

TEST_CASE("an answer to an ask that is not open is not sent", "[wire][session]") {
  const auto pair = SessionPair::running();
  pair->ask();
  const auto id = pair->child_takes();
  REQUIRE(pair->child.reply(id, {}));
  pair->to_parent();
  CHECK(pair->child.reply(id, {}));
  CHECK(pair->child.refuse(id, Error(errc::cancelled, "late")));
  CHECK(pair->child.output().empty());
}

TEST_CASE("a payload of more than a frame arrives whole", "[wire][session]") {
  const auto size = GENERATE(std::size_t{65527}, std::size_t{65528}, std::size_t{65529},
                             std::size_t{65536}, std::size_t{65537}, std::size_t{1'000'003});
  const auto pair = SessionPair::running();
  std::string request(size, 'x');
  for (std::size_t i = 0; i < size; ++i) request[i] = static_cast<char>('a' + i % 23);
  REQUIRE(pair->parent.ask(1, as_bytes(request), 1s));
  pair->to_child(SessionPair::all, 65521);
  const auto got = SessionPair::take(pair->child);
  REQUIRE(got.type() == Event::Type::ask);
  CHECK((got.payload == request));
  CHECK(got.event.deadline == pair->now + 1s);
}

TEST_CASE("every payload stands aligned to eight bytes", "[wire][session]") {
  const auto pair = SessionPair::running();
  for (const std::size_t size : {1U, 3U, 8U, 13U, 70'000U, 5U}) {
    REQUIRE(pair->parent.tell(1, Bytes(size)));
    REQUIRE(pair->parent.ask(1, Bytes(size), 1s));
  }
  pair->to_child(SessionPair::all, 999);
  for (int i = 0; i < 12; ++i) {
    const auto event = pair->child.next_event();
    REQUIRE(event.type != Event::Type::none);
    CHECK(reinterpret_cast<std::uintptr_t>(event.payload.data()) % 8 == 0);
  }
}

TEST_CASE("a deadline is what was left of it when it was sent, on the receiver's clock",
          "[wire][session]") {
  const auto pair = SessionPair::running();
  REQUIRE(pair->parent.ask(1, {}, 250ms));
  REQUIRE(pair->parent.ask(1, {}, -5ms));
  REQUIRE(pair->parent.ask(1, {}));
  REQUIRE(pair->parent.ask(1, {}, std::chrono::microseconds::max()));
  pair->now += 1h;
  pair->to_child();
  CHECK(SessionPair::take(pair->child).event.deadline == pair->now + 250ms);
  CHECK(SessionPair::take(pair->child).event.deadline == pair->now);
  CHECK_FALSE(SessionPair::take(pair->child).event.deadline);
  CHECK_FALSE(SessionPair::take(pair->child).event.deadline);
}

TEST_CASE("a cancel reaches the handler, and its late answer nobody", "[wire][session]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask();
  const auto id = pair->child_takes();
  pair->parent.cancel(ask);
  CHECK(pair->parent.open_asks() == 0);
  pair->to_child();
  const auto cancel = SessionPair::take(pair->child);
  REQUIRE(cancel.type() == Event::Type::cancel);
  CHECK(cancel.id() == id);
  REQUIRE(pair->child.refuse(id, Error(errc::cancelled, "as you wish")));
  pair->to_parent();
  CHECK(events_of(pair->parent).empty());
  CHECK(pair->parent.late_frames() == 1);
  CHECK_FALSE(pair->parent.is_closed());
}

TEST_CASE("a cancel that crosses the answer is told to nobody", "[wire][session]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask();
  REQUIRE(pair->child.reply(pair->child_takes(), {}));
  pair->parent.cancel(ask);
  pair->to_child();
  pair->to_parent();
  CHECK(events_of(pair->child).empty());
  CHECK(events_of(pair->parent).empty());
}

TEST_CASE("a cancel overtakes the data that is not yet given to the kernel", "[wire][session]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask();
  pair->child_takes();
  REQUIRE(pair->parent.tell(1, Bytes(200'000)));
  REQUIRE(pair->parent.tell(1, Bytes(200'000)));
  pair->to_child(100'000);  // in the middle of the second frame
  pair->parent.cancel(ask);
  pair->to_child(40'000);
  CHECK(SessionPair::take(pair->child).type() == Event::Type::cancel);
  pair->to_child();
  const auto rest = events_of(pair->child);
  REQUIRE(rest.size() == 2);
  CHECK(rest[0].type() == Event::Type::tell);
  CHECK(rest[1].payload.size() == 200'000);
}

TEST_CASE("a cancelled ask still counts against the peer's limit until it is answered",
          "[wire][session]") {
  Limits child_limits;
  child_limits.open_asks = 1;
  const auto pair = SessionPair::running({}, child_limits);
  const auto ask = pair->ask();
  const auto id = pair->child_takes();
  pair->parent.cancel(ask);
  CHECK(pair->parent.ask(1, {}).error().code() == errc::overloaded);
  pair->to_child();
  REQUIRE(pair->child.refuse(id, Error(errc::cancelled, "done")));
  pair->to_parent();
  CHECK(events_of(pair->parent).empty());
  CHECK(pair->parent.ask(1, {}));
}

TEST_CASE("what the peer does not take is refused where it is made", "[wire][session]") {
  Limits child_limits;
  child_limits.message_bytes = 100;
  child_limits.open_asks = 2;
  const auto pair = SessionPair::running({}, child_limits);
  CHECK(pair->parent.tell(1, Bytes(100)));
  CHECK(pair->parent.tell(1, Bytes(101)).error().code() == errc::over_limit);
  const auto large = pair->parent.ask(1, Bytes(101));
  REQUIRE_FALSE(large);
  CHECK_THAT(large.error().message(), Catch::Contains("message_bytes is 100"));
  CHECK(pair->parent.ask(1, {}));
  CHECK(pair->parent.ask(1, {}));
  const auto third = pair->parent.ask(1, {});
  REQUIRE_FALSE(third);
  CHECK(third.error().code() == errc::overloaded);
  CHECK_THAT(third.error().message(), Catch::Contains("open_asks is 2"));
  pair->to_child();
  CHECK(events_of(pair->child).size() == 3);
}

TEST_CASE("a reply that is too large can be refused instead", "[wire][session]") {
  Limits parent_limits;
  parent_limits.message_bytes = 1000;
  const auto pair = SessionPair::running(parent_limits);
  const auto ask = pair->ask();
  const auto id = pair->child_takes();
  const auto sent = pair->child.reply(id, Bytes(1001));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code() == errc::over_limit);
  REQUIRE(pair->child.refuse(id, sent.error()));
  pair->to_parent();
  const auto answer = SessionPair::take(pair->parent);
  CHECK(answer.id() == ask);
  CHECK(answer.code() == errc::over_limit);
}

TEST_CASE("an error whose text cannot travel still answers", "[wire][session]") {
  const auto pair = SessionPair::running();
  pair->ask();
  REQUIRE(pair->child.refuse(pair->child_takes(), Error(errc::handler_failed, "\xFF")));
  pair->to_parent();
  CHECK(SessionPair::take(pair->parent).code() == errc::handler_failed);
}

TEST_CASE("nothing is buffered beyond the limit for a peer that does not read", "[wire][session]") {
  Limits limits;
  limits.output_bytes = 10'000;
  const auto pair = SessionPair::running(limits, limits);
  Result<void> told;
  while (told) told = pair->parent.tell(1, Bytes(100));
  CHECK(told.error().code() == errc::overloaded);
  CHECK(pair->parent.output_bytes() <= limits.output_bytes + FrameHeader::size + 8);
  CHECK(pair->parent.ask(1, Bytes(100)).error().code() == errc::overloaded);
  pair->to_child();
  CHECK(pair->parent.tell(1, Bytes(100)));
}

TEST_CASE("a reply that finds no room is overloaded, and may be refused instead",
          "[wire][session]") {
  Limits limits;
  limits.output_bytes = 1000;
  const auto pair = SessionPair::running(limits, limits);
  pair->ask();
  pair->ask();
  const auto a = pair->child_takes();
  const auto b = pair->child_takes();
  REQUIRE(pair->child.reply(a, Bytes(900)));
  const auto full = pair->child.reply(b, Bytes(900));
  REQUIRE_FALSE(full);
  CHECK(full.error().code() == errc::overloaded);
  CHECK(pair->child.unanswered() == 1);
  REQUIRE(pair->child.refuse(b, full.error()));
  pair->to_parent();
  CHECK(SessionPair::take(pair->parent).type() == Event::Type::reply);
  CHECK(SessionPair::take(pair->parent).code() == errc::overloaded);
}

TEST_CASE("log records reach the parent in order with the rest", "[wire][session]") {
  const auto pair = SessionPair::running();
  LogRecord record;
  record.message = "first";
  REQUIRE(pair->child.log(record));
  REQUIRE(pair->child.ask(2, {}));
  pair->to_parent();
  const auto events = events_of(pair->parent);
  REQUIRE(events.size() == 2);
  REQUIRE(events[0].type() == Event::Type::log);
  CHECK(log_from(as_bytes(events[0].payload)).value().message == "first");
}

TEST_CASE("a drain is told, and after the bye both sides have ended", "[wire][session][end]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask();
  const auto id = pair->child_takes();
  pair->parent.drain();
  pair->to_child();
  REQUIRE(SessionPair::take(pair->child).type() == Event::Type::drain);
  REQUIRE(pair->child.reply(id, as_bytes("last")));
  pair->child.bye();
  pair->to_parent();
  const auto reply = SessionPair::take(pair->parent);
  CHECK(reply.type() == Event::Type::reply);
  CHECK(reply.id() == ask);
  const auto closed = SessionPair::take(pair->parent);
  CHECK(closed.type() == Event::Type::closed);
  CHECK_FALSE(closed.event.error);
  CHECK(events_of(pair->parent).empty());
  pair->cut();
  const auto end = SessionPair::take(pair->child);
  CHECK(end.type() == Event::Type::closed);
  CHECK_FALSE(end.event.error);
}

TEST_CASE("bye is the last frame of a side", "[wire][session][end]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask();
  const auto id = pair->child_takes();
  pair->child.bye();
  const auto size = pair->child.output_bytes();
  CHECK(pair->child.tell(2, {}).error().code() == errc::session_closed);
  CHECK(pair->child.ask(2, {}).error().code() == errc::session_closed);
  CHECK(pair->child.log({}).error().code() == errc::session_closed);
  CHECK(pair->child.reply(id, {}).error().code() == errc::session_closed);
  CHECK(pair->child.refuse(id, Error(errc::internal, "")).error().code() == errc::session_closed);
  pair->child.drain();
  pair->child.bye();
  CHECK(pair->child.output_bytes() == size);
  pair->to_parent();
  const auto ended = SessionPair::take(pair->parent);
  CHECK(ended.type() == Event::Type::error);
  CHECK(ended.id() == ask);
  CHECK(ended.code() == errc::session_closed);
}

TEST_CASE("nothing of the handshake goes out behind bye", "[wire][session][end]") {
  SessionPair pair;
  REQUIRE(pair.child.hello({}));
  pair.parent.bye();
  pair.to_parent();
  REQUIRE(pair.take(pair.parent).type() == Event::Type::hello);

  const auto welcomed = pair.parent.welcome({});

  REQUIRE_FALSE(welcomed);
  CHECK(welcomed.error().code() == errc::session_closed);
  pair.to_child();
  CHECK(pair.take(pair.child).type() == Event::Type::closed);
}

TEST_CASE("when the stream is cut, every open ask ends once and the session closes once",
          "[wire][session][end]") {
  const auto pair = SessionPair::running();
  const auto first = pair->ask();
  const auto second = pair->ask();
  const auto gone = pair->ask();
  pair->parent.cancel(gone);
  pair->cut();
  const auto events = events_of(pair->parent);
  REQUIRE(events.size() == 3);
  CHECK(events[0].id() == first);
  CHECK(events[1].id() == second);
  CHECK(events[0].code() == errc::session_closed);
  CHECK(events[2].type() == Event::Type::closed);
  CHECK(events[2].code() == errc::session_closed);
  CHECK(pair->parent.is_closed());
  CHECK(pair->parent.open_asks() == 0);
  CHECK(pair->parent.ask(1, {}).error().code() == errc::session_closed);
  CHECK(events_of(pair->parent).empty());
}

TEST_CASE("what arrived before the cut is told before it", "[wire][session][end]") {
  const auto pair = SessionPair::running();
  const auto ask = pair->ask();
  REQUIRE(pair->child.reply(pair->child_takes(), as_bytes("in time")));
  REQUIRE(pair->child.tell(2, Bytes(100)));
  pair->to_parent(16 + 8 + 50);  // the reply, and half of the tell
  pair->cut();
  const auto events = events_of(pair->parent);
  REQUIRE(events.size() == 2);
  CHECK(events[0].type() == Event::Type::reply);
  CHECK(events[0].id() == ask);
  CHECK(events[1].type() == Event::Type::closed);
}

TEST_CASE("a session that is closed by its owner tells why to every ask", "[wire][session][end]") {
  const auto pair = SessionPair::running();
  pair->ask();
  REQUIRE(pair->parent.tell(1, {}));
  pair->parent.close(Error(errc::died_may_have_run, "strategy[1] died"));
  CHECK(pair->parent.output().empty());
  const auto events = events_of(pair->parent);
  REQUIRE(events.size() == 2);
  CHECK(events[0].code() == errc::died_may_have_run);
  CHECK(events[1].code() == errc::died_may_have_run);
}

TEST_CASE("sixty thousand open asks end in one pass", "[wire][session][end]") {
  const auto pair = SessionPair::running();
  for (int i = 0; i < 60'000; ++i) pair->ask("");
  pair->cut();
  CHECK(events_of(pair->parent).size() == 60'001);
}

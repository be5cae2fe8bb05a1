// A peer that keeps to no rule: each breach ends this session with a typed error, after the frames
// before it, and nothing else.

#include "frames.hpp"
#include "session_pair.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace kameo;
using namespace kameo::wire;
using namespace kameo::wire::test;

namespace {

/// A parent whose child says hello as it should, then what the test likes.
struct Victim {
  Session parent;
  TimePoint now{std::chrono::hours(1)};

  explicit Victim(Limits limits = {}) : parent(Role::parent, limits) {}

  void feed(ByteView bytes) { parent.receive(bytes, now); }
  /// The session must end with `code`.
  void ends_with(errc code, std::string_view why = "") {
    const auto events = events_of(parent);
    REQUIRE_FALSE(events.empty());
    CHECK(events.back().type() == Event::Type::closed);
    CHECK(events.back().code() == code);
    if (events.back().event.error) {
      CHECK_THAT(events.back().event.error->message(), Catch::Contains(std::string(why)));
    }
    CHECK(parent.is_closed());
    CHECK(parent.output().empty());
    // What comes after the end changes nothing.
    feed(frame(FrameType::tell, 0, 1, 0, "x"));
    CHECK(events_of(parent).empty());
  }
};

Bytes hello() {
  Hello said;
  said.message_bytes = 1U << 20U;
  said.open_asks = 100;
  const auto payload = to_payload(said).value();
  return frame({0, FrameType::hello, 0, 0, 0}, payload);
}
Bytes ready() {
  const auto payload = to_payload(Ready{}).value();
  return frame({0, FrameType::ready, 0, 0, 0}, payload);
}

Victim running(Limits limits = {}) {
  Victim victim(limits);
  victim.feed(hello());
  REQUIRE(SessionPair::take(victim.parent).type() == Event::Type::hello);
  REQUIRE(victim.parent.welcome({}));
  victim.feed(ready());
  REQUIRE(SessionPair::take(victim.parent).type() == Event::Type::ready);
  victim.parent.consume_output(victim.parent.output_bytes());
  return victim;
}

}  // namespace

TEST_CASE("only hello may come first", "[wire][hostile]") {
  for (unsigned number = 2; number <= 18; ++number) {
    Victim victim;
    victim.feed(frame(static_cast<FrameType>(number), 0, 0, 0, ""));
    victim.ends_with(errc::bad_frame);
  }
}

TEST_CASE("bytes that are no kameo at all end the session at the first header", "[wire][hostile]") {
  Victim victim;
  victim.feed(as_bytes("GET / HTTP/1.1\r\nHost: localhost\r\n"));
  victim.ends_with(errc::bad_frame);
}

TEST_CASE("a hello without the magic is refused", "[wire][hostile]") {
  Victim victim;
  auto bytes = hello();
  bytes[FrameHeader::size] = std::byte{'X'};
  victim.feed(bytes);
  victim.ends_with(errc::bad_frame, "magic");
}

TEST_CASE("a hello of many chunks takes no memory beyond one frame", "[wire][hostile]") {
  Victim victim;
  victim.feed(frame({0, FrameType::hello, flag::more, 0, 0}, Bytes(65536)));
  CHECK(events_of(victim.parent).empty());
  victim.feed(frame({0, FrameType::chunk, flag::more, 0, 0}, Bytes(8)));
  victim.ends_with(errc::over_limit, "65536");
}

TEST_CASE("a second hello, and a ready before the welcome, are out of place", "[wire][hostile]") {
  Victim twice;
  twice.feed(hello() + hello());
  CHECK(SessionPair::take(twice.parent).type() == Event::Type::hello);
  twice.ends_with(errc::bad_frame, "hello");

  Victim early;
  early.feed(hello() + ready());
  CHECK(SessionPair::take(early.parent).type() == Event::Type::hello);
  early.ends_with(errc::bad_frame, "ready");
}

TEST_CASE("frames that only a parent sends are refused by a parent", "[wire][hostile]") {
  auto victim = running();
  victim.feed(frame({0, FrameType::welcome, 0, 0, 0}, to_payload(Welcome{}).value()));
  victim.ends_with(errc::bad_frame, "welcome");
}

TEST_CASE("frames that only a child sends are refused by a child", "[wire][hostile]") {
  const auto bytes = GENERATE(as<Bytes>{}, hello(), ready(),
                              frame({0, FrameType::log, 0, 0, 0}, to_payload(LogRecord{}).value()));
  const auto pair = SessionPair::running();
  pair->child.receive(bytes, pair->now);
  CHECK(SessionPair::take(pair->child).code() == errc::bad_frame);
}

TEST_CASE("stream frames are refused by a side without streams", "[wire][hostile]") {
  const auto type = GENERATE(FrameType::stream_item, FrameType::stream_end, FrameType::credit);
  auto victim = running();
  victim.feed(frame(type, 0, 0, 1));
  victim.ends_with(errc::bad_frame);
}

TEST_CASE("a length beyond the limit is refused before its bytes come", "[wire][hostile]") {
  auto victim = running();
  Bytes header(FrameHeader::size);
  store_header({0xFFFFFFFF, FrameType::tell, 0, 1, 0},
               std::span(header).first<FrameHeader::size>());
  victim.feed(header);
  victim.ends_with(errc::over_limit, "4294967295");
}

TEST_CASE("a message is cut off when its chunks pass the limit", "[wire][hostile]") {
  Limits limits;
  limits.message_bytes = 100'000;
  auto victim = running(limits);
  victim.feed(frame({0, FrameType::tell, flag::more, 1, 0}, Bytes(60'000)));
  victim.feed(frame({0, FrameType::chunk, flag::more, 1, 0}, Bytes(40'000)));
  CHECK(events_of(victim.parent).empty());
  victim.feed(frame({0, FrameType::chunk, 0, 1, 0}, Bytes(1)));
  victim.ends_with(errc::over_limit, "message_bytes");
}

TEST_CASE("chunks out of place are refused", "[wire][hostile]") {
  const auto start = frame(FrameType::ask, flag::more, 1, 5, "12345678");
  const auto bytes =
      GENERATE_COPY(as<Bytes>{}, frame(FrameType::chunk, 0, 1, 5, "x"),     // of nothing
                    start + frame(FrameType::chunk, 0, 1, 6, "x"),          // of another ask
                    start + frame(FrameType::chunk, 0, 2, 5, "x"),          // of another route
                    start + frame(FrameType::chunk, flag::more, 1, 5, ""),  // of no end
                    start + frame(FrameType::chunk, flag::deadline, 1, 5, "12345678"),
                    start + frame(FrameType::tell, 0, 1, 0, "x"),  // data between chunks
                    start + start);
  auto victim = running();
  victim.feed(bytes);
  victim.ends_with(errc::bad_frame);
}

TEST_CASE("control frames may stand between chunks", "[wire][hostile]") {
  auto victim = running();
  victim.feed(frame(FrameType::tell, flag::more, 1, 0, "12345678") +
              frame(FrameType::ping, 0, 0, 77) + frame(FrameType::chunk, 0, 1, 0, "9"));
  const auto events = events_of(victim.parent);
  REQUIRE(events.size() == 1);
  CHECK(events[0].payload == "123456789");
  const auto out = victim.parent.output();
  CHECK(Bytes(out.begin(), out.end()) == frame(FrameType::pong, 0, 0, 77));
}

TEST_CASE("control frames carry nothing", "[wire][hostile]") {
  const auto type = GENERATE(FrameType::ping, FrameType::pong, FrameType::cancel, FrameType::drain);
  const auto bytes =
      GENERATE_COPY(as<Bytes>{}, frame(type, 0, 0, 1, "x"), frame(type, 0, 3, 1),
                    frame(type, flag::more, 0, 1), frame(type, flag::deadline, 0, 1, "12345678"));
  auto victim = running();
  victim.feed(bytes);
  victim.ends_with(errc::bad_frame);
}

TEST_CASE("flags that do not go with the frame, or lack their bytes, are refused",
          "[wire][hostile]") {
  const auto bytes = GENERATE(
      as<Bytes>{}, frame(FrameType::reply, flag::deadline, 0, 1, "12345678"),
      frame(FrameType::tell, flag::deadline, 1, 0, "1234567"),
      frame(FrameType::tell, flag::trace, 1, 0, std::string(31, '\0')),
      frame(FrameType::tell, flag::chain, 1, 0, "1234567"),
      frame(FrameType::tell, flag::chain, 1, 0, std::string_view("\2\0\0\0\0\0\0\0AAAAAAAA", 16)),
      frame(FrameType::tell, flag::chain, 1, 0,
            std::string_view("\xFF\xFF\xFF\xFF\0\0\0\0AAAAAAAA", 16)),
      frame(FrameType::tell, flag::deadline, 1, 0, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"),
      frame(FrameType::tell, 0x80, 1, 0));
  auto victim = running();
  victim.feed(bytes);
  victim.ends_with(errc::bad_frame);
}

TEST_CASE("the parts that the flags name are taken off the payload", "[wire][hostile]") {
  auto victim = running();
  std::string body("\xE8\x03\0\0\0\0\0\0", 8);          // deadline: 1000 µs
  body += std::string(32, '\1');                        // trace
  body += std::string("\1\0\0\0\0\0\0\0AAAAAAAA", 16);  // chain of one
  body += "payload";
  victim.feed(frame(FrameType::tell, flag::deadline | flag::trace | flag::chain, 1, 0, body));
  const auto events = events_of(victim.parent);
  REQUIRE(events.size() == 1);
  CHECK(events[0].payload == "payload");
  CHECK(events[0].event.deadline == victim.now + std::chrono::milliseconds(1));
}

TEST_CASE("padding that is not zero is refused", "[wire][hostile]") {
  auto victim = running();
  auto bytes = frame(FrameType::tell, 0, 1, 0, "x");
  bytes.back() = std::byte{1};
  victim.feed(bytes);
  victim.ends_with(errc::bad_frame, "padding");
}

TEST_CASE("an ask without an id, and an id that is open already, are refused", "[wire][hostile]") {
  auto none = running();
  none.feed(frame(FrameType::ask, 0, 1, 0));
  none.ends_with(errc::bad_frame);

  auto twice = running();
  twice.feed(frame(FrameType::ask, 0, 1, 9) + frame(FrameType::ask, 0, 1, 9));
  CHECK(SessionPair::take(twice.parent).type() == Event::Type::ask);
  twice.ends_with(errc::bad_frame, "open already");

  auto tell = running();
  tell.feed(frame(FrameType::tell, 0, 1, 9));
  tell.ends_with(errc::bad_frame);
}

TEST_CASE("an answer to an ask that was never sent, or a second one, is refused",
          "[wire][hostile]") {
  for (const std::uint64_t id : {std::uint64_t{7}, std::uint64_t{1} << 32U, ~std::uint64_t{0}}) {
    auto victim = running();
    victim.feed(frame(FrameType::reply, 0, 0, id));
    victim.ends_with(errc::bad_frame, "never sent");
  }
  auto twice = running();
  const auto id = twice.parent.ask(1, {});
  REQUIRE(id);
  twice.feed(frame(FrameType::reply, 0, 0, *id) + frame(FrameType::reply, 0, 0, *id));
  CHECK(SessionPair::take(twice.parent).type() == Event::Type::reply);
  twice.ends_with(errc::bad_frame, "second answer");
}

TEST_CASE("an error frame without an error in it is refused", "[wire][hostile]") {
  auto victim = running();
  const auto id = victim.parent.ask(1, {});
  REQUIRE(id);
  victim.feed(frame(FrameType::error, 0, 0, *id, "x"));
  const auto events = events_of(victim.parent);
  REQUIRE(events.size() == 2);
  CHECK(events[0].id() == *id);
  CHECK(events[1].code() == errc::bad_frame);
}

TEST_CASE("more open asks than the limit end the session", "[wire][hostile]") {
  Limits limits;
  limits.open_asks = 3;
  auto victim = running(limits);
  Bytes flood;
  for (std::uint64_t id = 1; id <= 4; ++id) flood = flood + frame(FrameType::ask, 0, 1, id);
  victim.feed(flood);
  for (int i = 0; i < 3; ++i) {
    CHECK(SessionPair::take(victim.parent).type() == Event::Type::ask);
  }
  victim.ends_with(errc::over_limit, "open_asks, 3");
}

TEST_CASE("a peer that pings without end and never reads costs a bounded amount of memory",
          "[wire][hostile]") {
  Limits limits;
  limits.output_bytes = 10'000;
  auto victim = running(limits);
  const auto ping = frame(FrameType::ping, 0, 0, 1);
  for (int i = 0; i < 10'000 && !victim.parent.is_closed(); ++i) {
    victim.feed(ping);
    if (victim.parent.is_closed()) break;
    const auto event = victim.parent.next_event();
    if (event.type == Event::Type::closed) CHECK(event.error->code() == errc::over_limit);
    CHECK(victim.parent.output_bytes() <= 2 * limits.output_bytes + 64);
  }
  CHECK(victim.parent.is_closed());
}

TEST_CASE("a peer that asks without end and never reads the refusals is ended", "[wire][hostile]") {
  Limits limits;
  limits.output_bytes = 10'000;
  auto victim = running(limits);
  bool closed = false;
  for (std::uint64_t id = 1; id < 10'000 && !closed; ++id) {
    victim.feed(frame(FrameType::ask, 0, 1, id));
    const auto event = victim.parent.next_event();
    closed = event.type == Event::Type::closed;
    if (event.type == Event::Type::ask) {
      CHECK(victim.parent.refuse(event.correlation, Error(errc::overloaded, "busy")));
    }
    CHECK(victim.parent.output_bytes() <= 2 * limits.output_bytes + 200);
  }
  CHECK(closed);
}

TEST_CASE("the frames before a bad one are told, those behind it are not", "[wire][hostile]") {
  auto victim = running();
  victim.feed(frame(FrameType::tell, 0, 1, 0, "good") + frame(FrameType::chunk, 0, 1, 0, "bad") +
              frame(FrameType::tell, 0, 1, 0, "behind"));
  CHECK(SessionPair::take(victim.parent).payload == "good");
  victim.ends_with(errc::bad_frame);
}

TEST_CASE("half a frame at the end of the stream ends it as a cut does", "[wire][hostile]") {
  const auto whole = frame(FrameType::tell, 0, 1, 0, "12345678");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto victim = running();
    victim.feed(ByteView(whole).first(size));
    CHECK(events_of(victim.parent).empty());
    victim.parent.end_of_stream();
    victim.ends_with(errc::session_closed);
  }
}

TEST_CASE("streams of damaged frames end in a typed error or in none", "[wire][hostile]") {
  std::mt19937_64 random(20261121);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::size_t survived = 0;
  for (int round = 0; round < 2'000; ++round) {
    auto victim = running();
    std::vector<CorrelationId> asks;
    for (int i = 0; i < 3; ++i) asks.push_back(victim.parent.ask(1, {}).value());
    const auto error = to_payload(Error(errc::handler_failed, "no")).value();
    auto stream =
        frame(FrameType::ask, 0, 2, 1, "ask") + frame(FrameType::reply, 0, 0, asks[0], "reply") +
        frame(FrameType::tell, flag::more, 1, 0, "12345678") +
        frame(FrameType::chunk, 0, 1, 0, "9") + frame({0, FrameType::error, 0, 0, asks[1]}, error) +
        frame(FrameType::ping, 0, 0, 4) + frame(FrameType::cancel, 0, 0, 1);
    for (auto changes = below(3); changes > 0; --changes) {
      stream[below(stream.size())] = static_cast<std::byte>(below(256));
    }
    std::size_t ended = 0;
    std::size_t closed = 0;
    const auto count = [&](const std::vector<Seen>& events) {
      for (const auto& event : events) {
        const bool answer =
            event.type() == Event::Type::reply || event.type() == Event::Type::error;
        if (answer) ++ended;
        if (event.type() == Event::Type::closed) {
          ++closed;
          REQUIRE(event.code() != errc::internal);
        }
      }
    };
    for (std::size_t at = 0; at < stream.size();) {
      const auto piece = std::min(1 + below(40), stream.size() - at);
      victim.feed(ByteView(stream).subspan(at, piece));
      count(events_of(victim.parent));
      at += piece;
    }
    if (closed == 0) ++survived;
    victim.parent.end_of_stream();
    count(events_of(victim.parent));
    // Whatever came: each ask ends once, the session once.
    REQUIRE(ended == asks.size());
    REQUIRE(closed == 1);
  }
  CHECK(survived > 100);
  CHECK(survived < 1'900);
}

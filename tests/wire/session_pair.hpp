#pragma once

#include <kameo/wire/session.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace kameo::wire::test {

inline Bytes bytes_of(std::string_view text) {
  const auto view = as_bytes(text);
  return {view.begin(), view.end()};
}

/// An event with its payload kept, so that a test may look at it later.
struct Seen {
  Event event;
  std::string payload;

  [[nodiscard]] Event::Type type() const { return event.type; }
  [[nodiscard]] CorrelationId id() const { return event.correlation; }
  [[nodiscard]] errc code() const { return event.error ? event.error->code() : errc{0}; }
};

inline Seen seen(Event event) {
  std::string payload(as_text(event.payload));
  event.payload = {};
  return {std::move(event), std::move(payload)};
}

/// All events that a session has to tell.
inline std::vector<Seen> events_of(Session& session) {
  std::vector<Seen> all;
  for (;;) {
    auto event = session.next_event();
    if (event.type == Event::Type::none) return all;
    all.push_back(seen(std::move(event)));
  }
}

/// A parent and a child with a pipe in memory between them and a virtual clock. Nothing moves
/// before the test says so.
class SessionPair {
 public:
  explicit SessionPair(Limits parent_limits = {}, Limits child_limits = {})
      : parent(Role::parent, parent_limits), child(Role::child, child_limits) {}

  /// A pair that has shaken hands.
  static std::unique_ptr<SessionPair> running(Limits parent_limits = {}, Limits child_limits = {}) {
    auto pair = std::make_unique<SessionPair>(parent_limits, child_limits);
    pair->shake_hands();
    return pair;
  }

  void shake_hands() {
    REQUIRE(child.hello({}));
    to_parent();
    REQUIRE(take(parent).type() == Event::Type::hello);
    REQUIRE(parent.welcome({}));
    to_child();
    REQUIRE(take(child).type() == Event::Type::welcome);
    REQUIRE(child.ready({}));
    to_parent();
    REQUIRE(take(parent).type() == Event::Type::ready);
    REQUIRE(parent.is_running());
    REQUIRE(child.is_running());
  }

  // The pipe: up to `most` bytes of what one side has to write, in reads of `piece` bytes.
  static constexpr auto all = std::numeric_limits<std::size_t>::max();
  std::size_t to_child(std::size_t most = all, std::size_t piece = all) {
    return move(parent, child, most, piece);
  }
  std::size_t to_parent(std::size_t most = all, std::size_t piece = all) {
    return move(child, parent, most, piece);
  }
  /// Both ends see the end of the stream; what was under way is lost.
  void cut() {
    parent.end_of_stream();
    child.end_of_stream();
  }

  /// The one next event of a side.
  static Seen take(Session& side) { return seen(side.next_event()); }

  CorrelationId ask(std::string_view request = "?") {
    const auto id = parent.ask(1, as_bytes(request));
    REQUIRE(id);
    return *id;
  }
  /// The child takes one ask off the wire, as a handler would.
  CorrelationId child_takes() {
    to_child();
    const auto got = take(child);
    REQUIRE(got.type() == Event::Type::ask);
    return got.id();
  }

  Session parent;
  Session child;
  TimePoint now{std::chrono::hours(1)};

 private:
  std::size_t move(Session& from, Session& to, std::size_t most, std::size_t piece) {
    std::size_t moved = 0;
    while (moved < most) {
      const auto out = from.output();
      if (out.empty()) break;
      const auto part = out.first(std::min({out.size(), piece, most - moved}));
      to.receive(part, now);
      moved += part.size();
      from.consume_output(part.size());
    }
    return moved;
  }
};

}  // namespace kameo::wire::test

namespace Catch {
template <>
struct StringMaker<kameo::errc> {
  static std::string convert(kameo::errc code) { return std::string(kameo::to_string(code)); }
};
}  // namespace Catch

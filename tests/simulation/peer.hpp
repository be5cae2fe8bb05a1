#pragma once

#include "inbox.hpp"
#include "payload.hpp"
#include "wiretap.hpp"
#include "world.hpp"

#include <kameo/wire/session.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::simulation {

/// A session and a random actor who uses it. Checks whatever it can see of the promises. In four
/// files: peer.cpp (its life and what must hold), peer_events.cpp (what comes), peer_asks.cpp (what
/// it asks of the other), peer_handlers.cpp (what it does for the other).
class Peer {
 public:
  Peer(wire::Role role, wire::Limits limits, World& world);

  [[nodiscard]] wire::Session& session() noexcept { return session_; }
  [[nodiscard]] Wiretap& tap() noexcept { return tap_; }
  /// What the session has to say, all of it.
  void take_events();
  /// One thing of chance's choice.
  void act();
  /// Goes for the end: starts nothing, does whatever finishes what is open. False when there was
  /// nothing to do.
  bool finish_something();
  /// Calls whose deadline has passed end.
  void expire();
  /// The process dies: nothing of it is heard again.
  void crash();
  void start_drain();
  void say_bye();
  /// What must hold after each step.
  void check() const;
  /// What must hold when all is settled and the stream is still whole.
  void check_idle() const;
  /// What must hold at the end, closed or crashed.
  void check_over() const;

  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  /// Whether the handshake is so far that both know each other.
  [[nodiscard]] bool is_greeted() const noexcept { return greeted_; }
  [[nodiscard]] std::string_view name() const noexcept { return side_ == 0 ? "parent" : "child"; }

 private:
  /// An ask of ours.
  struct Mine {
    wire::CorrelationId id = 0;
    std::uint64_t serial = 0;
    bool stream = false;
    Inbox items;
    bool input = false;  ///< not ended yet
    std::uint32_t input_left = 0;
    std::optional<wire::TimePoint> deadline;
    std::uint64_t handling = 0;  ///< the other side's ask whose handler waits for it; 0: none
  };
  /// An ask of the other side's, and how far its handler is.
  struct Theirs {
    wire::CorrelationId id = 0;
    std::uint64_t serial = 0;
    bool stream = false;
    std::uint32_t items_left = 0;
    std::uint32_t items_sent = 0;
    bool had_input = false;
    bool input = false;  ///< not ended yet
    Inbox input_items;
    std::uint32_t request_size = 0;
    bool cancelled = false;
    std::optional<wire::TimePoint> deadline;
    std::uint64_t waits_for = 0;  ///< the ask of ours that it made; 0: none
  };

  [[nodiscard]] std::size_t other() const noexcept { return 1 - side_; }
  [[nodiscard]] std::uint32_t random_size();
  wire::StreamWindow random_window();
  [[noreturn]] void violate(const std::string& what) const;
  [[nodiscard]] bool has_room(std::size_t bytes) const noexcept;

  // peer_events.cpp
  void take(const wire::Event& event);
  void take_welcome(const wire::Event& event);
  void take_ask(const wire::Event& event);
  void take_tell(const wire::Event& event);
  void take_answer(const wire::Event& event);
  void take_item(const wire::Event& event);
  void take_input_item(const wire::Event& event);
  void take_input_end(const wire::Event& event);
  void take_cancel(const wire::Event& event);
  void take_log(const wire::Event& event);
  void take_closed(const wire::Event& event);
  Content content(const wire::Event& event) const;
  Mine& mine(wire::CorrelationId id);
  Theirs& theirs(wire::CorrelationId id);

  // peer_asks.cpp
  /// `handling`: whose handler calls back; null for an ask of its own will.
  void start_ask(Theirs* handling);
  void start_tell();
  void ask_too_much();
  void end(std::size_t which, Outcome outcome);
  void leave(std::size_t which, Outcome outcome);
  void read_items(Mine& ask);
  bool send_input(Mine& ask);
  void end_input(Mine& ask, bool broken_off);
  bool finish_asks();

  // peer_handlers.cpp
  bool work_on(std::size_t which, bool to_the_end);
  bool read_input(Theirs& ask, bool to_the_end);
  bool send_item(Theirs& ask);
  void answer(std::size_t which);

  // peer.cpp
  void finish_start();
  void send_ping();
  void send_log();

  std::size_t side_;
  World& world_;
  wire::Limits limits_;
  wire::Session session_;
  Wiretap tap_;
  std::vector<Mine> mine_;
  std::vector<Theirs> theirs_;
  std::deque<std::uint64_t> pings_;  // without a pong yet
  std::uint64_t next_ping_ = 1;
  std::uint32_t logs_sent_ = 0;
  std::uint32_t logs_heard_ = 0;
  std::size_t left_ = 0;       // asks that we cancelled: the answer of each comes late
  std::size_t cut_short_ = 0;  // streams of ours refused, perhaps by our own session: as cancelled
  std::vector<std::uint64_t> cut_off_;  // asks that ended with the session
  bool greeted_ = false;                // may work for the other
  bool may_ask_ = false;
  bool starting_ = false;  // a child between welcome and ready
  bool draining_ = false;
  bool said_bye_ = false;
  bool closed_ = false;
  bool crashed_ = false;
};

}  // namespace kameo::simulation

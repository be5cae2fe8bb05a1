#include "peer.hpp"

#include <kameo/concat.hpp>

#include <algorithm>

namespace kameo::simulation {

Peer::Peer(wire::Role role, wire::Limits limits, World& world)
    : side_(role == wire::Role::parent ? 0 : 1),
      world_(world),
      limits_(limits),
      session_(role, limits),
      tap_(name()) {
  if (role != wire::Role::child) return;
  wire::Hello hello;
  hello.language = "simulation";
  session_.hello(hello).value();
}

void Peer::violate(const std::string& what) const {
  throw Violation(concat(name(), ": ", what));
}

std::uint32_t Peer::random_size() {
  auto& random = world_.random;
  // Several chunks; not where it could never be sent.
  if (limits_.output_bytes > 1'000'000 && random.one_in(200)) return 16 + random.below(150'000);
  return 16 + random.below(200);
}

wire::StreamWindow Peer::random_window() {
  return {1 + world_.random.below(6), 1 + world_.random.below(800)};
}

/// Whether a message of so many bytes is no reason for the session to say that it is overloaded.
bool Peer::has_room(std::size_t bytes) const noexcept {
  return session_.output_bytes() + bytes <= limits_.output_bytes;
}

void Peer::act() {
  if (!greeted_ || closed_ || said_bye_) return;
  auto& random = world_.random;
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2:
      if (may_ask_ && !draining_) start_ask(nullptr);
      return;
    case 3:
      if (may_ask_ && !draining_) start_tell();
      return;
    case 4:
      if (random.one_in(2)) return send_ping();
      return send_log();
    case 5: {
      if (mine_.empty() || !random.one_in(3)) return;
      const auto which = random.below(static_cast<std::uint32_t>(mine_.size()));
      return leave(which, mine_[which].items.received() > 0 ? Outcome::left : Outcome::cancelled);
    }
    case 6:
    case 7:
    case 8: {
      if (mine_.empty()) return;
      auto& ask = mine_[random.below(static_cast<std::uint32_t>(mine_.size()))];
      if (!ask.input || random.one_in(2)) return read_items(ask);
      if (ask.input_left == 0 || random.one_in(20)) return end_input(ask, random.one_in(4));
      static_cast<void>(send_input(ask));
      return;
    }
    case 9:
      if (starting_) finish_start();
      return;
    default:
      if (theirs_.empty()) return;
      static_cast<void>(work_on(random.below(static_cast<std::uint32_t>(theirs_.size())), false));
  }
}

bool Peer::finish_something() {
  if (!greeted_ || closed_ || said_bye_) return false;
  if (starting_) {
    finish_start();
    return true;
  }
  bool did = finish_asks();
  for (std::size_t i = theirs_.size(); i-- > 0;) did |= work_on(i, true);
  if (draining_ && mine_.empty() && theirs_.empty()) {
    say_bye();
    did = true;
  }
  return did;
}

void Peer::finish_start() {
  starting_ = false;
  if (world_.random.one_in(20)) {
    world_.tell(name(), " fails to start");
    session_.start_failed(Error(errc::start_failed, "no such module")).value();
    return say_bye();
  }
  world_.tell(name(), " is ready");
  session_.ready({}).value();
}

void Peer::send_ping() {
  pings_.push_back(next_ping_++);
  session_.ping(pings_.back());
  tap_.expect_ping();
}

void Peer::send_log() {
  if (side_ == 0) return;
  wire::LogRecord record;
  record.message = concat(logs_sent_ + 1);
  // Overloaded: the record is lost, as documented, and not counted.
  if (session_.log(record)) ++logs_sent_;
}

void Peer::crash() {
  world_.tell(name(), " crashes");
  for (const auto& ask : mine_) {
    world_.ledger.end(side_, ask.serial, Outcome::session_closed, world_.coverage);
  }
  mine_.clear();
  theirs_.clear();
  closed_ = true;
  crashed_ = true;
}

void Peer::start_drain() {
  if (!greeted_ || closed_ || said_bye_ || draining_) return;
  world_.tell(name(), " asks the other to drain");
  draining_ = true;  // who asks that starts nothing either
  world_.ledger.drains(side_);
  session_.drain();
}

void Peer::say_bye() {
  if (closed_ || said_bye_) return;
  world_.tell(name(), " says bye");
  said_bye_ = true;
  session_.bye();
}

void Peer::check() const {
  if (closed_) return;
  if (session_.open_asks() != mine_.size()) {
    violate(concat(session_.open_asks(), " asks open in the session, ", mine_.size(), " in fact"));
  }
  if (session_.unanswered() != theirs_.size()) {
    violate(concat(session_.unanswered(), " asks to answer in the session, ", theirs_.size(),
                   " in fact"));
  }
  std::uint64_t parked = 0;
  for (const auto& ask : mine_) parked += ask.items.parked_bytes();
  for (const auto& ask : theirs_) parked += ask.request_size + ask.input_items.parked_bytes();
  if (session_.parked_bytes() != parked || parked > limits_.parked_bytes) {
    violate(concat(session_.parked_bytes(), " bytes parked, ", parked, " in fact; the limit is ",
                   limits_.parked_bytes));
  }
  // Headers come on top of the limit, and what is let through whatever it says: control frames,
  // refusals and the handshake, of which only a welcome with a large schema is much.
  constexpr std::size_t let_through = 200'000;
  if (session_.output_bytes() > limits_.output_bytes + let_through) {
    violate(concat(session_.output_bytes(), " bytes of output, limit ", limits_.output_bytes));
  }
}

void Peer::check_idle() const {
  std::string open;
  for (const auto& ask : mine_) {
    open +=
        concat(" mine ", ask.serial, " (stream ", ask.stream, ", credit ", ask.items.credit_items(),
               "/", ask.items.credit_bytes(), ", input left ", ask.input ? ask.input_left : 0, ")");
  }
  for (const auto& ask : theirs_) {
    open += concat(" theirs ", ask.serial, " (items left ", ask.items_left, ", input ", ask.input,
                   ", credit ", ask.input_items.credit_items(), "/", ask.input_items.credit_bytes(),
                   ", waits for ", ask.waits_for, ")");
  }
  if (!open.empty()) violate(concat("nobody can do anything, and open are", open));
  if (session_.output_bytes() != 0) violate("output that nobody took");
  if (!pings_.empty()) violate("a ping without a pong");
  if (session_.late_frames() < left_) {
    violate(concat(session_.late_frames(), " late frames counted; the answers to ", left_,
                   " cancelled asks have come"));
  }
}

void Peer::check_over() const {
  if (crashed_) return;
  if (!closed_ || !session_.is_closed()) violate("the stream has ended and the session has not");
  if (session_.open_asks() != 0 || session_.unanswered() != 0 || session_.output_bytes() != 0) {
    violate(concat("closed with ", session_.open_asks(), " asks, ", session_.unanswered(),
                   " of the other's and ", session_.output_bytes(), " bytes of output"));
  }
}

}  // namespace kameo::simulation

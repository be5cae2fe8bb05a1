#include "peer.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace kameo::simulation {

using wire::Event;

Peer::Peer(wire::Role role, wire::Limits limits, World& world)
    : side_(role == wire::Role::parent ? 0 : 1),
      world_(world),
      limits_(limits),
      session_(role, limits) {
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
  if (random.one_in(200)) return 16 + random.below(150'000);  // several chunks
  return 16 + random.below(200);
}

wire::StreamWindow Peer::random_window() {
  return {1 + world_.random.below(6), 1 + world_.random.below(800)};
}

// What comes --------------------------------------------------------------------------------------

void Peer::take_events() {
  for (;;) {
    const auto event = session_.next_event();
    if (event.type == Event::Type::none) return;
    if (closed_) violate("an event after closed");
    take(event);
  }
}

void Peer::take(const Event& event) {
  switch (event.type) {
    case Event::Type::none:
      return;
    case Event::Type::hello: {
      wire::Welcome welcome;
      welcome.schema.resize(world_.random.one_in(50) ? 100'000 : 10);
      session_.welcome(std::move(welcome)).value();
      return;
    }
    case Event::Type::welcome:
      return take_welcome(event);
    case Event::Type::ready:
      running_ = true;
      return;
    case Event::Type::start_failed:
      return;  // `closed` follows, by the child's end
    case Event::Type::ask:
      return take_ask(event);
    case Event::Type::tell: {
      const auto said = content(event);
      world_.ledger.arrived(other(), said.serial);
      if (!world_.ledger.call(other(), said.serial).is_tell) violate("an ask came as a tell");
      return;
    }
    case Event::Type::reply:
    case Event::Type::error:
    case Event::Type::end:
      return take_answer(event);
    case Event::Type::item:
      return take_item(event);
    case Event::Type::credit:
      if (!session_.may_send_item(event.correlation)) violate("credit told and none there");
      return;
    case Event::Type::input_item:
      return take_input_item(event);
    case Event::Type::input_end: {
      auto& ask = theirs(event.correlation);
      ask.input = false;
      const auto& call = world_.ledger.call(other(), ask.serial);
      if (event.error.has_value() != call.input_broken_off) violate("input ended another way");
      if (ask.input_received != call.input_sent) violate("input items lost before its end");
      return;
    }
    case Event::Type::input_credit:
      if (!session_.may_send_input(event.correlation)) violate("input credit told, none there");
      return;
    case Event::Type::cancel: {
      auto& ask = theirs(event.correlation);
      if (std::exchange(ask.cancelled, true)) violate("cancelled twice");
      ask.input = false;
      return;
    }
    case Event::Type::log:
      if (!wire::log_from(event.payload)) violate("a log record that can't be read");
      return;
    case Event::Type::drain:
      draining_ = true;
      return;
    case Event::Type::pong:
      if (event.correlation != 7) violate("a pong that nobody pinged for");
      return;
    case Event::Type::closed:
      return take_closed(event);
  }
}

void Peer::take_welcome(const Event& event) {
  if (!wire::welcome_from(event.payload)) violate("a welcome that can't be read");
  if (world_.random.one_in(20)) {
    world_.tell(name(), " fails to start");
    session_.start_failed(Error(errc::start_failed, "no such module")).value();
    say_bye();
    return;
  }
  session_.ready({}).value();
  running_ = true;
}

Content Peer::content(const Event& event) const {
  const auto said = read_payload(event.payload);
  if (!said) violate("a payload that nobody sent");
  return *said;
}

void Peer::take_ask(const Event& event) {
  const auto said = content(event);
  world_.ledger.arrived(other(), said.serial);
  const auto& call = world_.ledger.call(other(), said.serial);
  if (call.is_tell) violate("a tell came as an ask");
  if (said.size != call.request_size) violate("a request of another size");
  if (event.wants_stream != call.stream || event.has_input != call.input) {
    violate("an ask came as one of another kind");
  }
  if (event.deadline.has_value() != call.timeout.has_value()) violate("a deadline lost or made up");
  // It counts from when its first bytes came: not later than now, not before they were sent.
  if (call.timeout && (*event.deadline > world_.now + *call.timeout ||
                       *event.deadline < call.sent_at + *call.timeout)) {
    violate("another deadline than what was left of it");
  }
  if (event.chain.size() != call.chain.size() * 8 ||
      (!call.chain.empty() &&
       std::memcmp(event.chain.data(), call.chain.data(), event.chain.size()) != 0)) {
    violate("another call chain");
  }
  if (theirs_.size() >= limits_.open_asks) violate("more open asks than the limit");
  Theirs ask;
  ask.id = event.correlation;
  ask.serial = said.serial;
  ask.stream = call.stream;
  ask.input = call.input;
  ask.items_left = call.stream ? world_.random.below(12) : 0;
  theirs_.push_back(ask);
  world_.tell(name(), " gets ask ", said.serial);
}

Peer::Mine& Peer::mine(wire::CorrelationId id) {
  const auto found = std::find_if(mine_.begin(), mine_.end(), [id](auto& m) { return m.id == id; });
  if (found == mine_.end()) violate(concat("an event for ask ", id, ", which is over"));
  return *found;
}

Peer::Theirs& Peer::theirs(wire::CorrelationId id) {
  const auto found =
      std::find_if(theirs_.begin(), theirs_.end(), [id](auto& t) { return t.id == id; });
  if (found == theirs_.end()) violate(concat("an event for their ask ", id, ", answered already"));
  return *found;
}

void Peer::take_answer(const Event& event) {
  const auto& ask = mine(event.correlation);
  const auto& call = world_.ledger.call(side_, ask.serial);
  const bool cut_off = event.error && event.error->code() == errc::session_closed;
  auto outcome = Outcome::session_closed;
  if (event.type == Event::Type::reply) {
    if (call.answer != Call::Answer::reply) violate("a reply that nobody gave");
    if (content(event).serial != ask.serial) violate("the reply to another ask");
    outcome = Outcome::reply;
  } else if (event.type == Event::Type::end) {
    if (call.answer != Call::Answer::end) violate("the end of a stream that goes on");
    outcome = Outcome::stream_end;
  } else if (!cut_off) {
    if (call.answer != Call::Answer::error)
      violate(concat("an error that nobody gave: ", event.error->what()));
    outcome = ask.stream ? Outcome::stream_error : Outcome::handler_error;
  }
  if (!cut_off && ask.received != call.items_sent) {
    violate(concat("ask ", ask.serial, " ended after ", ask.received, " of ", call.items_sent,
                   " items"));
  }
  world_.tell(name(), " ask ", ask.serial, " ends: ", to_string(outcome));
  world_.ledger.end(side_, ask.serial, outcome, world_.coverage);
  mine_.erase(mine_.begin() + (&ask - mine_.data()));
}

void Peer::take_item(const Event& event) {
  auto& ask = mine(event.correlation);
  const auto said = content(event);
  if (said.serial != ask.serial || said.index != ask.received) violate("an item out of order");
  if (ask.credit_items <= 0 || ask.credit_bytes <= 0) violate("an item without credit");
  ++ask.received;
  --ask.credit_items;
  ask.credit_bytes -= said.size;
  ++ask.parked.items;
  ask.parked.bytes += said.size;
}

void Peer::take_input_item(const Event& event) {
  auto& ask = theirs(event.correlation);
  const auto said = content(event);
  if (!ask.input) violate("an input item after the end");
  if (said.serial != ask.serial || said.index != ask.input_received) {
    violate("an input item out of order");
  }
  if (ask.input_items <= 0 || ask.input_bytes <= 0) violate("an input item without credit");
  ++ask.input_received;
  --ask.input_items;
  ask.input_bytes -= said.size;
}

void Peer::take_closed(const Event& event) {
  if (event.error && event.error->code() != errc::session_closed) {
    violate(concat("nobody lied, and the session ended with ", event.error->what()));
  }
  if (!mine_.empty()) violate("closed with asks that have not ended");
  closed_ = true;
  running_ = false;
  theirs_.clear();
  world_.tell(name(), " is closed");
}

// What is done ------------------------------------------------------------------------------------

void Peer::act() {
  if (!running_ || closed_ || said_bye_) return;
  auto& random = world_.random;
  if (random.one_in(50)) session_.ping(7);
  switch (random.below(10)) {
    case 0:
    case 1:
      if (!draining_) start_ask();
      return;
    case 2:
      if (!draining_) start_tell();
      return;
    case 3:
      if (side_ == 1) {
        wire::LogRecord record;
        record.message = "hello";
        static_cast<void>(session_.log(record));  // overloaded: the record is lost, as documented
      }
      return;
    case 4: {
      if (mine_.empty() || !random.one_in(3)) return;
      const auto which = random.below(static_cast<std::uint32_t>(mine_.size()));
      return leave(which, mine_[which].received > 0 ? Outcome::left : Outcome::cancelled);
    }
    case 5:
    case 6: {
      if (mine_.empty()) return;
      auto& ask = mine_[random.below(static_cast<std::uint32_t>(mine_.size()))];
      if (ask.input && random.one_in(2)) {
        if (ask.input_left == 0 || random.one_in(20)) return end_input(ask, random.one_in(4));
        static_cast<void>(send_input(ask));
        return;
      }
      return read_parked(ask);
    }
    default:
      if (theirs_.empty()) return;
      static_cast<void>(work_on(random.below(static_cast<std::uint32_t>(theirs_.size())), false));
  }
}

void Peer::start_ask() {
  auto& random = world_.random;
  Call call;
  call.sent_at = world_.now;
  call.stream = random.one_in(2);
  call.input = random.one_in(4);
  if (random.one_in(4)) call.timeout = std::chrono::microseconds(random.below(20'000));
  if (random.one_in(8)) call.chain.assign(1 + random.below(3), random.next());
  call.request_size = random_size();

  Mine ask;
  ask.stream = call.stream;
  ask.input = call.input;
  ask.input_left = call.input ? random.below(8) : 0;
  if (call.timeout) ask.deadline = world_.now + *call.timeout;
  wire::AskParts parts;
  parts.timeout = call.timeout;
  parts.input = call.input;
  parts.chain = call.chain;
  if (call.stream) {
    parts.window = random_window();
    ask.credit_items = parts.window->items;
    ask.credit_bytes = static_cast<std::int64_t>(parts.window->bytes);
  }
  ask.serial = world_.ledger.add(side_, call);
  ++world_.coverage.calls;
  const auto id = session_.ask(1, make_payload({ask.serial, 0, call.request_size}), parts);
  world_.tell(name(), " asks ", ask.serial, call.stream ? " for a stream" : "",
              call.input ? " with input" : "");
  if (!id) {
    const bool full = id.error().code() == errc::overloaded;
    if (!full) violate(concat("an ask refused: ", id.error().what()));
    world_.ledger.end(side_, ask.serial, Outcome::overloaded, world_.coverage);
    return;
  }
  ask.id = *id;
  world_.ledger.sent(side_, ask.serial);
  mine_.push_back(ask);
}

void Peer::start_tell() {
  Call call;
  call.is_tell = true;
  call.request_size = random_size();
  const auto serial = world_.ledger.add(side_, call);
  if (session_.tell(2, make_payload({serial, 0, call.request_size}))) {
    world_.ledger.sent(side_, serial);
  }
}

void Peer::leave(std::size_t which, Outcome outcome) {
  const auto ask = mine_[which];
  world_.tell(name(), " leaves ask ", ask.serial, ": ", to_string(outcome));
  world_.ledger.end(side_, ask.serial, outcome, world_.coverage);
  mine_.erase(mine_.begin() + static_cast<std::ptrdiff_t>(which));
  session_.cancel(ask.id);
}

void Peer::read_parked(Mine& ask) {
  if (!ask.stream) return;
  auto more = std::exchange(ask.parked, {});
  if (more.items == 0 && world_.random.one_in(4)) more = random_window();
  if (more.items == 0) return;
  ask.credit_items += more.items;
  ask.credit_bytes += static_cast<std::int64_t>(more.bytes);
  session_.grant(ask.id, more);
}

bool Peer::send_input(Mine& ask) {
  auto& call = world_.ledger.call(side_, ask.serial);
  const bool may = session_.may_send_input(ask.id);
  const auto sent =
      session_.send_input(ask.id, make_payload({ask.serial, call.input_sent, random_size()}));
  if (!sent) {
    if (sent.error().code() != errc::overloaded) violate(sent.error().what());
    return false;
  }
  if (!may) violate("input sent without credit");
  ++call.input_sent;
  --ask.input_left;
  return true;
}

void Peer::end_input(Mine& ask, bool broken_off) {
  ask.input = false;
  ask.input_left = 0;
  world_.ledger.call(side_, ask.serial).input_broken_off = broken_off;
  std::optional<Error> why;
  if (broken_off) why.emplace(errc::handler_failed, "the source dried up");
  session_.end_input(ask.id, why).value();
}

/// One step of a handler; false where it waits for the other side.
bool Peer::work_on(std::size_t which, bool to_the_end) {
  auto& random = world_.random;
  auto& ask = theirs_[which];
  auto& call = world_.ledger.call(other(), ask.serial);
  if (ask.input && (to_the_end || random.one_in(2)) &&
      (ask.input_items <= 0 || ask.input_bytes <= 0)) {
    const auto more = random_window();
    ask.input_items += more.items;
    ask.input_bytes += static_cast<std::int64_t>(more.bytes);
    session_.grant_input(ask.id, more);
    return true;
  }
  if (to_the_end && ask.input && !ask.cancelled) return false;
  if (ask.items_left > 0 && !ask.cancelled) {
    const bool may = session_.may_send_item(ask.id);
    const auto sent =
        session_.send_item(ask.id, make_payload({ask.serial, ask.sent, random_size()}));
    if (!sent) {
      if (sent.error().code() != errc::overloaded) violate(sent.error().what());
      return false;
    }
    if (!may) violate("an item sent without credit");
    ++ask.sent;
    --ask.items_left;
    call.items_sent = ask.sent;
    return true;
  }
  answer(which);
  return true;
}

void Peer::answer(std::size_t which) {
  const auto ask = theirs_[which];
  auto& call = world_.ledger.call(other(), ask.serial);
  Result<void> sent;
  if (ask.cancelled || world_.random.one_in(5)) {
    call.answer = Call::Answer::error;
    sent = session_.refuse(ask.id, Error(errc::handler_failed, "count must be positive"));
  } else if (ask.stream) {
    call.answer = Call::Answer::end;
    sent = session_.end_stream(ask.id);
  } else {
    call.answer = Call::Answer::reply;
    sent = session_.reply(ask.id, make_payload({ask.serial, 0, random_size()}));
  }
  if (!sent && sent.error().code() == errc::overloaded) {
    call.answer = Call::Answer::none;
    return;
  }
  if (!sent) violate(concat("an answer refused: ", sent.error().what()));
  world_.tell(name(), " answers ask ", ask.serial);
  theirs_.erase(theirs_.begin() + static_cast<std::ptrdiff_t>(which));
}

bool Peer::finish_something() {
  if (!running_ || closed_ || said_bye_) return false;
  bool did = false;
  for (auto& ask : mine_) {
    if (ask.input && ask.input_left == 0) {
      end_input(ask, false);
      did = true;
    } else if (ask.input) {
      did |= send_input(ask);
    }
    if (ask.stream && (ask.credit_items <= 0 || ask.credit_bytes <= 0)) {
      ask.parked = {10, 1000};
      read_parked(ask);
      did = true;
    }
  }
  for (std::size_t i = theirs_.size(); i-- > 0;) did |= work_on(i, true);
  if (draining_ && mine_.empty() && theirs_.empty()) {
    say_bye();
    did = true;
  }
  return did;
}

void Peer::expire() {
  for (std::size_t i = mine_.size(); i-- > 0;) {
    if (mine_[i].deadline && *mine_[i].deadline <= world_.now) leave(i, Outcome::deadline_exceeded);
  }
}

void Peer::crash() {
  world_.tell(name(), " crashes");
  for (const auto& ask : mine_) {
    world_.ledger.end(side_, ask.serial, Outcome::session_closed, world_.coverage);
  }
  mine_.clear();
  theirs_.clear();
  closed_ = true;
  running_ = false;
}

void Peer::start_drain() {
  if (!running_ || closed_ || said_bye_) return;
  world_.tell(name(), " asks the other to drain");
  draining_ = true;  // who asks that starts nothing either
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
  // A frame's header and parts come on top of the limit, and control frames and refusals are let
  // through; none of that is much.
  if (session_.output_bytes() > limits_.output_bytes + 64 * 1024) {
    violate(concat(session_.output_bytes(), " bytes of output, limit ", limits_.output_bytes));
  }
}

void Peer::check_idle() const {
  std::string open;
  for (const auto& ask : mine_) {
    open += concat(" mine ", ask.serial, " (stream ", ask.stream, ", credit ", ask.credit_items,
                   "/", ask.credit_bytes, ", input left ", ask.input ? ask.input_left : 0, ")");
  }
  for (const auto& ask : theirs_) {
    open += concat(" theirs ", ask.serial, " (items left ", ask.items_left, ", input ", ask.input,
                   ", credit ", ask.input_items, "/", ask.input_bytes, ")");
  }
  if (!open.empty()) violate(concat("nobody can do anything, and open are", open));
  if (session_.output_bytes() != 0) violate("output that nobody took");
}

}  // namespace kameo::simulation

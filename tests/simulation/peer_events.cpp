#include "peer.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace kameo::simulation {

using wire::Event;

void Peer::take_events() {
  for (int told = 0;; ++told) {
    const auto event = session_.next_event();
    if (event.type == Event::Type::none) return;
    if (closed_) violate("an event after closed");
    if (told == 1'000'000) violate("events without end");
    take(event);
  }
}

void Peer::take(const Event& event) {
  switch (event.type) {
    case Event::Type::none:
      return;
    case Event::Type::hello: {
      if (said_bye_) return;
      wire::Welcome welcome;
      welcome.schema.resize(world_.random.one_in(50) ? 100'000 : 10);
      session_.welcome(std::move(welcome)).value();
      greeted_ = true;
      return;
    }
    case Event::Type::welcome:
      return take_welcome(event);
    case Event::Type::ready:
      may_ask_ = true;
      return;
    case Event::Type::start_failed:
      return;  // `closed` follows, by the child's end
    case Event::Type::ask:
      return take_ask(event);
    case Event::Type::tell:
      return take_tell(event);
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
    case Event::Type::input_end:
      return take_input_end(event);
    case Event::Type::input_credit:
      if (!session_.may_send_input(event.correlation)) violate("input credit told, none there");
      return;
    case Event::Type::cancel:
      return take_cancel(event);
    case Event::Type::log:
      return take_log(event);
    case Event::Type::drain:
      draining_ = true;
      return world_.ledger.check_drained(other());
    case Event::Type::pong:
      if (pings_.empty() || pings_.front() != event.correlation) violate("a pong out of order");
      pings_.pop_front();
      return;
    case Event::Type::closed:
      return take_closed(event);
  }
}

void Peer::take_welcome(const Event& event) {
  if (!wire::welcome_from(event.payload)) violate("a welcome that can't be read");
  if (said_bye_) return;
  greeted_ = true;
  may_ask_ = true;  // its start-up code may call back
  starting_ = true;
}

Content Peer::content(const Event& event) const {
  if (reinterpret_cast<std::uintptr_t>(event.payload.data()) % 8 != 0) {
    violate("a payload that is not aligned");
  }
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
  if (event.trace != call.trace) violate("another trace context");
  if (theirs_.size() >= limits_.open_asks) violate("more open asks than the limit");
  const auto streams = std::count_if(theirs_.begin(), theirs_.end(), [](const auto& each) {
    return each.stream || each.had_input;
  });
  if ((call.stream || call.input) && streams >= std::int64_t{limits_.open_streams}) {
    violate("more open streams than the limit");
  }
  Theirs ask;
  ask.id = event.correlation;
  ask.serial = said.serial;
  ask.stream = call.stream;
  ask.input = ask.had_input = call.input;
  ask.request_size = said.size;
  ask.items_left = call.stream ? world_.random.below(12) : 0;
  ask.deadline = event.deadline;
  theirs_.push_back(ask);
  world_.tell(name(), " gets ask ", said.serial);
}

void Peer::take_tell(const Event& event) {
  const auto said = content(event);
  world_.ledger.arrived(other(), said.serial);
  const auto& call = world_.ledger.call(other(), said.serial);
  if (!call.is_tell) violate("an ask came as a tell");
  if (said.size != call.request_size) violate("a message of another size");
  world_.tell(name(), " gets tell ", said.serial);
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
  const bool overloaded = event.error && event.error->code() == errc::overloaded;
  auto outcome = Outcome::session_closed;
  if (event.type == Event::Type::reply) {
    if (call.answer != Call::Answer::reply) violate("a reply that nobody gave");
    if (content(event).serial != ask.serial) violate("the reply to another ask");
    outcome = Outcome::reply;
  } else if (event.type == Event::Type::end) {
    if (call.answer != Call::Answer::end) violate("the end of a stream that goes on");
    outcome = Outcome::stream_end;
  } else if (cut_off) {
    cut_off_.push_back(ask.serial);
  } else if (overloaded) {
    // By the other session, which told nobody of it or found its input too much; or by ours, which
    // found its items too much.
    if (!world_.ledger.are_limits_narrow() || (call.arrived && !call.cut_short && !ask.stream)) {
      violate(concat("refused without a reason: ", event.error->what()));
    }
    outcome = Outcome::overloaded;
    if (ask.stream) ++cut_short_;
  } else {
    if (call.answer != Call::Answer::error)
      violate(concat("an error that nobody gave: ", event.error->what()));
    outcome = ask.stream ? Outcome::stream_error : Outcome::handler_error;
  }
  if (!cut_off && !overloaded && ask.items.received() != call.items_sent) {
    violate(concat("ask ", ask.serial, " ended after ", ask.items.received(), " of ",
                   call.items_sent, " items"));
  }
  end(static_cast<std::size_t>(&ask - mine_.data()), outcome);
}

void Peer::take_item(const Event& event) {
  auto& ask = mine(event.correlation);
  const auto said = content(event);
  if (said.serial != ask.serial || said.index != ask.items.received()) {
    violate("an item out of order");
  }
  if (const auto wrong = ask.items.take(said.size); !wrong.empty()) violate(std::string(wrong));
  world_.tell(name(), " gets item ", said.index, " of ask ", said.serial);
}

void Peer::take_input_item(const Event& event) {
  auto& ask = theirs(event.correlation);
  const auto said = content(event);
  if (!ask.input) violate("an input item after the end");
  if (said.serial != ask.serial || said.index != ask.input_items.received()) {
    violate("an input item out of order");
  }
  if (const auto wrong = ask.input_items.take(said.size); !wrong.empty()) {
    violate(concat(wrong, " of input"));
  }
  world_.tell(name(), " gets input ", said.index, " of ask ", said.serial);
}

void Peer::take_input_end(const Event& event) {
  auto& ask = theirs(event.correlation);
  if (!std::exchange(ask.input, false)) violate("input ended twice");
  const auto& call = world_.ledger.call(other(), ask.serial);
  if (event.error.has_value() != call.input_broken_off) violate("input ended another way");
  if (ask.input_items.received() != call.input_sent) violate("input items lost before its end");
  world_.tell(name(), " gets the end of the input of ask ", ask.serial);
}

void Peer::take_cancel(const Event& event) {
  auto& ask = theirs(event.correlation);
  auto& call = world_.ledger.call(other(), ask.serial);
  if (std::exchange(ask.cancelled, true)) violate("cancelled twice");
  // The session has answered by itself, since more input came than it may park.
  const bool cut_short = session_.unanswered() < theirs_.size();
  if (cut_short && !(world_.ledger.are_limits_narrow() && ask.input)) violate("cut short");
  if (!cut_short && !call.outcome) violate("a cancel that nobody wanted");
  call.cut_short |= cut_short;
  ask.input = false;
  world_.tell(name(), " learns that ask ", ask.serial, " is cancelled");
  const auto serial = ask.waits_for;
  if (cut_short) theirs_.erase(theirs_.begin() + (&ask - theirs_.data()));
  if (serial == 0) return;
  // What its handler asked in turn is wanted by nobody either.
  const auto found =
      std::find_if(mine_.begin(), mine_.end(), [&](auto& m) { return m.serial == serial; });
  if (found == mine_.end()) violate("a handler waits for an ask that is over");
  leave(static_cast<std::size_t>(found - mine_.begin()), Outcome::cancelled);
}

void Peer::take_log(const Event& event) {
  const auto record = wire::log_from(event.payload);
  if (!record) violate("a log record that can't be read");
  if (record->message != concat(++logs_heard_)) violate("a log record out of order");
}

void Peer::take_closed(const Event& event) {
  if (event.error && event.error->code() != errc::session_closed) {
    violate(concat("nobody lied, and the session ended with ", event.error->what()));
  }
  if (!mine_.empty()) violate("closed with asks that have not ended");
  if (!event.error && !said_bye_) {
    // The other's bye was its last frame: all that it had sent before has come.
    world_.ledger.check_all_arrived(other());
    for (const auto serial : cut_off_) {
      if (world_.ledger.call(side_, serial).answer == Call::Answer::none) continue;
      violate(concat("ask ", serial, " was answered before bye, and the answer never came"));
    }
  }
  closed_ = true;
  theirs_.clear();
  world_.tell(name(), " is closed");
}

}  // namespace kameo::simulation

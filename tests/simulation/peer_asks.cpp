#include "peer.hpp"

#include <kameo/concat.hpp>

#include <algorithm>

namespace kameo::simulation {

void Peer::start_ask(Theirs* handling) {
  auto& random = world_.random;
  Call call;
  call.sent_at = world_.now;
  call.stream = random.one_in(2);
  call.input = random.one_in(4);
  call.request_size = random_size();
  if (random.one_in(8)) {
    call.trace.emplace();
    call.trace->trace_id.fill(static_cast<std::byte>(1 + random.below(255)));
    call.trace->flags = static_cast<std::uint8_t>(random.below(256));
  }
  if (random.one_in(4)) call.timeout = std::chrono::microseconds(random.below(20'000));
  if (handling != nullptr) {
    call.chain = world_.ledger.call(other(), handling->serial).chain;
    call.chain.push_back(side_ + 1);
    // What is left of the deadline of the ask that is being handled.
    if (handling->deadline) {
      const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
          std::max(*handling->deadline - world_.now, wire::TimePoint::duration::zero()));
      call.timeout = call.timeout ? std::min(*call.timeout, left) : left;
    }
  } else if (random.one_in(8)) {
    call.chain.assign(1 + random.below(3), random.next());
  }

  Mine ask;
  ask.stream = call.stream;
  ask.input = call.input;
  ask.input_left = call.input ? random.below(8) : 0;
  ask.handling = handling == nullptr ? 0 : handling->serial;
  if (call.timeout) ask.deadline = world_.now + *call.timeout;
  wire::AskParts parts;
  parts.timeout = call.timeout;
  parts.input = call.input;
  parts.chain = call.chain;
  parts.trace = call.trace;
  if (call.stream) {
    parts.window = random_window();
    ask.items.grant(*parts.window);
  }
  ask.serial = world_.ledger.add(side_, call);
  ++world_.coverage.calls;
  const bool room = has_room(call.request_size);
  const auto id = session_.ask(1, make_payload({ask.serial, 0, call.request_size}), parts);
  world_.tell(name(), " asks ", ask.serial, call.stream ? " for a stream" : "",
              call.input ? " with input" : "", handling == nullptr ? "" : " back", id ? "" : ": ",
              id ? "" : id.error().what());
  if (!id) {
    if (id.error().code() != errc::overloaded) violate("an ask refused that should not be");
    if (room && mine_.size() + left_ + cut_short_ < limits_.open_asks)
      violate("overloaded without a reason");
    world_.ledger.end(side_, ask.serial, Outcome::overloaded, world_.coverage);
    return;
  }
  if (!room) violate("an ask was sent beyond the limit of output");
  ask.id = *id;
  world_.ledger.sent(side_, ask.serial);
  if (handling != nullptr) handling->waits_for = ask.serial;
  mine_.push_back(ask);
}

void Peer::start_tell() {
  if (world_.random.one_in(100)) return ask_too_much();
  Call call;
  call.is_tell = true;
  call.request_size = random_size();
  const auto serial = world_.ledger.add(side_, call);
  const bool room = has_room(call.request_size);
  if (session_.tell(2, make_payload({serial, 0, call.request_size}))) {
    if (!room) violate("a tell was sent beyond the limit of output");
    world_.ledger.sent(side_, serial);
    world_.tell(name(), " tells ", serial);
  } else if (room) {
    violate("a tell refused without a reason");
  }
}

/// A message that the other does not take is refused here: sent, it would end the session.
void Peer::ask_too_much() {
  const Bytes huge(limits_.message_bytes + 1);
  const auto id = session_.ask(1, huge, wire::AskParts{});
  if (id || id.error().code() != errc::over_limit) violate("a message over the limit was sent");
}

/// The ask is over for us, with this outcome.
void Peer::end(std::size_t which, Outcome outcome) {
  const auto ask = mine_[which];
  world_.tell(name(), " ask ", ask.serial, " ends: ", to_string(outcome));
  world_.ledger.end(side_, ask.serial, outcome, world_.coverage);
  mine_.erase(mine_.begin() + static_cast<std::ptrdiff_t>(which));
  for (auto& handler : theirs_) {
    if (handler.serial == ask.handling) handler.waits_for = 0;
  }
}

/// Its answer is not wanted any more.
void Peer::leave(std::size_t which, Outcome outcome) {
  const auto id = mine_[which].id;
  end(which, outcome);
  ++left_;
  session_.cancel(id);
}

void Peer::expire() {
  for (std::size_t i = mine_.size(); i-- > 0;) {
    if (mine_[i].deadline && *mine_[i].deadline <= world_.now) leave(i, Outcome::deadline_exceeded);
  }
}

void Peer::read_items(Mine& ask) {
  if (!ask.stream) return;
  auto more = ask.items.read();
  if (more.items == 0) {
    more = random_window();
    if (!world_.random.one_in(4) || !ask.items.may_grant(more)) return;
  }
  ask.items.grant(more);
  session_.grant(ask.id, more);
}

bool Peer::send_input(Mine& ask) {
  auto& call = world_.ledger.call(side_, ask.serial);
  const auto size = random_size();
  const bool may = session_.may_send_input(ask.id);
  const bool room = has_room(size);
  const auto sent = session_.send_input(ask.id, make_payload({ask.serial, call.input_sent, size}));
  if (!sent) {
    if (sent.error().code() != errc::overloaded) violate(sent.error().what());
    if (may && room) violate("input refused without a reason");
    return false;
  }
  if (!may) violate("input sent without credit");
  if (!room) violate("input sent beyond the limit of output");
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

/// Reads and feeds whatever is open; starts nothing.
bool Peer::finish_asks() {
  bool did = false;
  for (auto& ask : mine_) {
    if (ask.input && ask.input_left == 0) {
      end_input(ask, false);
      did = true;
    } else if (ask.input) {
      did |= send_input(ask);
    }
    if (ask.stream && (ask.items.credit_items() <= 0 || ask.items.credit_bytes() <= 0)) {
      read_items(ask);
      did = true;
    }
  }
  return did;
}

}  // namespace kameo::simulation

#include "peer.hpp"

#include <kameo/concat.hpp>

namespace kameo::simulation {

/// One step of a handler; false where it waits for the other side. `to_the_end`: it asks nothing
/// more in turn, and answers when its input has ended.
bool Peer::work_on(std::size_t which, bool to_the_end) {
  auto& random = world_.random;
  auto& ask = theirs_[which];
  if (ask.waits_for != 0) return false;
  constexpr std::size_t deepest = 4;
  if (!to_the_end && !ask.cancelled && may_ask_ && random.one_in(8) &&
      world_.ledger.call(other(), ask.serial).chain.size() < deepest) {
    start_ask(&ask);
    return true;
  }
  if (ask.input && (to_the_end || random.one_in(2)) && read_input(ask, to_the_end)) return true;
  if (to_the_end && ask.input) return false;
  if (ask.items_left > 0 && !ask.cancelled) return send_item(ask);
  answer(which);
  return true;
}

/// False where there was nothing to read and nothing to grant.
bool Peer::read_input(Theirs& ask, bool to_the_end) {
  auto more = ask.input_items.read();
  if (more.items == 0) {
    more = random_window();
    const bool may_come = ask.input_items.credit_items() > 0 && ask.input_items.credit_bytes() > 0;
    if ((to_the_end && may_come) || !ask.input_items.may_grant(more)) return false;
  }
  ask.input_items.grant(more);
  session_.grant_input(ask.id, more);
  return true;
}

bool Peer::send_item(Theirs& ask) {
  const auto size = random_size();
  const bool may = session_.may_send_item(ask.id);
  const bool room = has_room(size);
  const auto sent = session_.send_item(ask.id, make_payload({ask.serial, ask.items_sent, size}));
  if (!sent) {
    if (sent.error().code() != errc::overloaded) violate(sent.error().what());
    if (may && room) violate("an item refused without a reason");
    return false;
  }
  if (!may) violate("an item sent without credit");
  if (!room) violate("an item sent beyond the limit of output");
  --ask.items_left;
  world_.ledger.call(other(), ask.serial).items_sent = ++ask.items_sent;
  return true;
}

void Peer::answer(std::size_t which) {
  const auto ask = theirs_[which];
  auto& call = world_.ledger.call(other(), ask.serial);
  const auto size = random_size();
  const bool room = has_room(size);
  Result<void> sent;
  if (ask.cancelled || world_.random.one_in(5)) {
    call.answer = Call::Answer::error;
    sent = session_.refuse(ask.id, Error(errc::handler_failed, "count must be positive"));
  } else if (ask.stream) {
    call.answer = Call::Answer::end;
    sent = session_.end_stream(ask.id);
  } else {
    call.answer = Call::Answer::reply;
    sent = session_.reply(ask.id, make_payload({ask.serial, 0, size}));
  }
  if (!sent && sent.error().code() == errc::overloaded) {
    if (room) violate("a reply refused without a reason");
    call.answer = Call::Answer::none;
    return;
  }
  if (sent && !room && call.answer == Call::Answer::reply) {
    violate("a reply sent beyond the limit of output");
  }
  if (!sent) violate(concat("an answer refused: ", sent.error().what()));
  world_.tell(name(), " answers ask ", ask.serial);
  theirs_.erase(theirs_.begin() + static_cast<std::ptrdiff_t>(which));
}

}  // namespace kameo::simulation

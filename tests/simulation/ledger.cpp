#include "ledger.hpp"

#include <kameo/concat.hpp>

#include <utility>

namespace kameo::simulation {

std::uint64_t Ledger::add(std::size_t side, Call call) {
  calls_[side].push_back(std::move(call));
  return calls_[side].size();
}

Call& Ledger::call(std::size_t side, std::uint64_t serial) {
  if (serial == 0 || serial > calls_[side].size()) {
    throw Violation(concat("a message of call ", serial, ", which was never made"));
  }
  return calls_[side][serial - 1];
}

void Ledger::skip_refused(std::size_t side, std::uint64_t before) {
  auto& queue = in_flight_[side];
  while (narrow_ && !queue.empty() && queue.front() < before &&
         !call(side, queue.front()).is_tell) {
    queue.pop_front();
  }
}

void Ledger::arrived(std::size_t side, std::uint64_t serial) {
  auto& queue = in_flight_[side];
  skip_refused(side, serial);
  if (queue.empty()) throw Violation(concat("call ", serial, " arrived and none was in flight"));
  if (queue.front() != serial) {
    throw Violation(concat("call ", serial, " arrived before call ", queue.front()));
  }
  queue.pop_front();
  call(side, serial).arrived = true;
}

void Ledger::check_arrived(std::size_t side, std::uint64_t up_to) {
  const auto& queue = in_flight_[side];
  skip_refused(side, up_to + 1);
  if (queue.empty() || queue.front() > up_to) return;
  throw Violation(concat("call ", queue.front(), " of the ", side == 0 ? "parent" : "child",
                         " was overtaken by what was sent after it"));
}

void Ledger::lose_in_flight() {
  for (auto& queue : in_flight_) queue.clear();
}

void Ledger::end(std::size_t side, std::uint64_t serial, Outcome outcome, Coverage& coverage) {
  auto& ended = call(side, serial);
  if (ended.outcome) {
    throw Violation(concat("call ", serial, " ended with ", to_string(outcome), " after ",
                           to_string(*ended.outcome)));
  }
  ended.outcome = outcome;
  ++coverage.outcomes[static_cast<std::size_t>(outcome)];
}

void Ledger::check_all_ended() const {
  for (std::size_t side = 0; side < calls_.size(); ++side) {
    for (std::size_t i = 0; i < calls_[side].size(); ++i) {
      const auto& call = calls_[side][i];
      if (call.is_tell || call.outcome) continue;
      throw Violation(
          concat("call ", i + 1, " of the ", side == 0 ? "parent" : "child", " never ended"));
    }
  }
}

}  // namespace kameo::simulation

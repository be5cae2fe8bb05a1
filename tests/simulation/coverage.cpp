#include "coverage.hpp"

#include <kameo/concat.hpp>

#include <iterator>

namespace kameo::simulation {
namespace {

/// Which side may send what (docs/protocol.md); `side` 0 is the parent.
bool may_send(std::size_t side, wire::FrameType type) noexcept {
  using wire::FrameType;
  switch (type) {
    case FrameType::welcome:
      return side == 0;
    case FrameType::hello:
    case FrameType::ready:
    case FrameType::log:
      return side == 1;
    default:
      return wire::is_known(type);
  }
}

}  // namespace

std::string_view to_string(Outcome outcome) noexcept {
  static constexpr std::string_view names[] = {
      "reply", "stream_end",        "handler_error", "stream_error",  "cancelled",
      "left",  "deadline_exceeded", "overloaded",    "session_closed"};
  static_assert(std::size(names) == outcome_count);
  return names[static_cast<std::size_t>(outcome)];
}

void Coverage::add(const Coverage& other) {
  for (std::size_t side = 0; side < frames.size(); ++side) {
    for (std::size_t type = 0; type < frames[side].size(); ++type) {
      frames[side][type] += other.frames[side][type];
    }
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
  steps += other.steps;
  calls += other.calls;
}

std::vector<std::string> Coverage::lines_below(std::uint64_t least) const {
  std::vector<std::string> lines;
  for (std::size_t side = 0; side < frames.size(); ++side) {
    for (std::size_t i = 0; i < frames[side].size(); ++i) {
      if (!may_send(side, static_cast<wire::FrameType>(i)) || frames[side][i] >= least) continue;
      lines.push_back(concat(wire::to_string(static_cast<wire::FrameType>(i)), " frames of the ",
                             side == 0 ? "parent" : "child", ": ", frames[side][i]));
    }
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] >= least) continue;
    lines.push_back(
        concat("asks ended by ", to_string(static_cast<Outcome>(i)), ": ", outcomes[i]));
  }
  return lines;
}

}  // namespace kameo::simulation

#include "coverage.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cstring>

namespace kameo::simulation {

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

std::vector<std::string> Coverage::missing(std::uint64_t least) const {
  using wire::FrameType;
  std::vector<std::string> missing;
  for (std::size_t side = 0; side < frames.size(); ++side) {
    for (std::size_t i = 0; i < frames[side].size(); ++i) {
      const auto type = static_cast<FrameType>(i);
      // Nobody sends metrics yet: the number is reserved (docs/protocol.md).
      if (!wire::is_known(type) || type == FrameType::metric) continue;
      const bool from_child_only =
          type == FrameType::hello || type == FrameType::ready || type == FrameType::log;
      if (side == 0 && from_child_only) continue;
      if (side == 1 && type == FrameType::welcome) continue;
      if (frames[side][i] >= least) continue;
      missing.push_back(concat(wire::to_string(type), " frames from the ",
                               side == 0 ? "parent" : "child", ": ", frames[side][i]));
    }
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i] >= least) continue;
    missing.push_back(concat("outcome ", to_string(static_cast<Outcome>(i)), ": ", outcomes[i]));
  }
  return missing;
}

void FrameCounter::take(ByteView bytes, std::array<std::uint64_t, 32>& counts) {
  while (!bytes.empty()) {
    const auto skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes = bytes.subspan(skipped);
    if (bytes.empty()) return;
    const auto taken = std::min(header_.size() - have_, bytes.size());
    std::memcpy(header_.data() + have_, bytes.data(), taken);
    have_ += taken;
    bytes = bytes.subspan(taken);
    if (have_ < header_.size()) return;
    have_ = 0;
    wire::FrameHeader header;
    std::memcpy(&header.length, header_.data(), sizeof header.length);
    skip_ = wire::padded(header.length);
    ++counts[static_cast<std::size_t>(header_[4]) % counts.size()];
  }
}

}  // namespace kameo::simulation

#include "wiretap.hpp"

#include "ledger.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace kameo::simulation {

using wire::FrameHeader;
using wire::FrameType;

void Wiretap::take(ByteView bytes, FrameCounts& counts) {
  while (!bytes.empty()) {
    const auto skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes = bytes.subspan(skipped);
    if (bytes.empty()) return;
    if (have_ == 0) began_with_ping_due_ = pings_due_ > 0;
    const auto taken = std::min(header_.size() - have_, bytes.size());
    std::memcpy(header_.data() + have_, bytes.data(), taken);
    have_ += taken;
    bytes = bytes.subspan(taken);
    if (have_ < header_.size()) return;
    have_ = 0;
    const auto header = wire::load_header(header_).value();
    skip_ = wire::padded(header.length);
    ++counts[static_cast<std::size_t>(header.type)];
    frame(header);
  }
}

void Wiretap::frame(const FrameHeader& header) {
  if (said_bye_) violate("after bye", header);
  if (wire::is_control(header.type)) return control(header);
  data(header);
  message_open_ = (header.flags & wire::flag::more) != 0;
  if (!message_open_ && asking_ != 0) asked_.push_back(std::exchange(asking_, 0));
}

void Wiretap::control(const FrameHeader& header) {
  const bool about_own_ask =
      header.type == FrameType::cancel ||
      (header.type == FrameType::credit && (header.flags & wire::flag::input) == 0);
  if (about_own_ask &&
      std::find(asked_.begin(), asked_.end(), header.correlation) == asked_.end()) {
    violate("ahead of the ask that it is about", header);
  }
  if (header.type == FrameType::ping) --pings_due_;
}

void Wiretap::data(const FrameHeader& header) {
  if (began_with_ping_due_) violate("ahead of a ping", header);
  if ((header.type == FrameType::chunk) != message_open_) violate("amid another message", header);
  if (header.type == FrameType::bye) said_bye_ = true;
  if (header.type != FrameType::ask) return;
  asking_ = header.correlation;
  if (std::find(asked_.begin(), asked_.end(), asking_) != asked_.end()) {
    violate("with an id that was used before", header);
  }
}

void Wiretap::violate(std::string_view what, const FrameHeader& header) const {
  throw Violation(concat("the ", side_, " sent a ", wire::to_string(header.type), " frame, id ",
                         header.correlation, ", ", what));
}

}  // namespace kameo::simulation

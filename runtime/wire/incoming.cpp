#include "incoming.hpp"

#include <cstring>
#include <utility>

namespace kameo::wire {
namespace {

template <class Number>
Number load(ByteView from) noexcept {
  Number number{};
  std::memcpy(&number, from.data(), sizeof number);
  return number;
}

/// Takes bytes off the front of a body; remembers when there were too few.
class Front {
 public:
  explicit Front(ByteView body) : rest_(body) {}
  ByteView take(std::size_t size) noexcept {
    if (size > rest_.size()) {
      short_ = true;
      return {zeros_, std::min(size, sizeof zeros_)};
    }
    const auto part = rest_.first(size);
    rest_ = rest_.subspan(size);
    return part;
  }
  [[nodiscard]] bool is_short() const noexcept { return short_; }
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }

 private:
  static constexpr std::byte zeros_[32]{};
  ByteView rest_;
  bool short_ = false;
};

TraceContext load_trace(ByteView from) noexcept {
  TraceContext trace;
  std::memcpy(trace.trace_id.data(), from.data(), trace.trace_id.size());
  std::memcpy(trace.span_id.data(), from.data() + 16, trace.span_id.size());
  trace.flags = load<std::uint8_t>(from.subspan(24));
  return trace;
}

StreamWindow load_window(ByteView from) noexcept {
  return {load<std::uint32_t>(from), load<std::uint64_t>(from.subspan(8))};
}

/// What a frame of this type may carry between header and payload.
std::uint8_t flags_of(FrameType type) noexcept {
  switch (type) {
    case FrameType::ask:
      return flag::known;
    case FrameType::tell:
      return flag::deadline | flag::trace | flag::chain | flag::more;
    case FrameType::stream_item:
    case FrameType::stream_end:
      return flag::input | flag::more;
    case FrameType::credit:
      return flag::input;
    default:
      return is_control(type) ? 0 : flag::more;
  }
}

}  // namespace

Result<Frame> split(const FrameHeader& header, ByteView body, TimePoint now) {
  if ((header.flags & ~unsigned{flags_of(header.type)}) != 0) {
    return fail(errc::bad_frame, "flags ", header.flags, " do not go with a ",
                to_string(header.type), " frame");
  }
  Frame frame;
  frame.header = header;
  Front front(body);
  if ((header.flags & flag::deadline) != 0) {
    const auto left_us = load<std::int64_t>(front.take(8));
    if (left_us < 0) return fail(errc::bad_frame, "a deadline of ", left_us, " µs");
    // Longer than a century would overflow the clock, and means the same as none.
    constexpr std::int64_t century_us = 100LL * 366 * 86400 * 1000000;
    if (left_us < century_us) frame.deadline = now + std::chrono::microseconds(left_us);
  }
  if ((header.flags & flag::trace) != 0) frame.trace = load_trace(front.take(trace_bytes));
  if ((header.flags & flag::chain) != 0) {
    const auto count = load<std::uint32_t>(front.take(8));
    frame.chain = front.take(std::size_t{count} * 8);
  }
  if ((header.flags & flag::window) != 0) frame.window = load_window(front.take(window_bytes));
  if (front.is_short()) {
    return fail(errc::bad_frame, "a ", to_string(header.type), " frame of ", header.length,
                " bytes is too short for its flags");
  }
  frame.payload = front.rest();
  return frame;
}

Result<StreamWindow> window_from(ByteView payload) {
  if (payload.size() != window_bytes) {
    return fail(errc::bad_frame, "a credit of ", payload.size(), " bytes where ", window_bytes,
                " go");
  }
  return load_window(payload);
}

void Assembly::begin(const Frame& first) {
  first_ = first;
  // The views of the first frame end with the next one.
  chain_.assign(first.chain.begin(), first.chain.end());
  payload_.clear();
}

Result<void> Assembly::add(ByteView piece, std::uint32_t most) {
  if (payload_.size() + piece.size() > most) {
    return fail(errc::over_limit, "a ", to_string(first_->header.type), " message of more than ",
                most, " bytes; see Limits::message_bytes");
  }
  payload_.insert(payload_.end(), piece.begin(), piece.end());
  return {};
}

Frame Assembly::finish() {
  auto whole = *std::exchange(first_, std::nullopt);
  whole.chain = chain_;
  whole.payload = payload_;
  return whole;
}

}  // namespace kameo::wire

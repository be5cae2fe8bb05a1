#include "output_queue.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace kameo::wire {
namespace {

/// How much of the frame at offset `at` is left when `at + size` bytes have gone.
std::size_t rest_of_last_frame(const Bytes& frames, std::size_t frame_begin, std::size_t gone_to) {
  while (frame_begin < gone_to) {
    FrameHeader header;
    std::memcpy(&header.length, frames.data() + frame_begin, sizeof header.length);
    frame_begin += frame_bytes(header);
  }
  return frame_begin - gone_to;
}

template <class Number>
void put(Bytes& out, Number number) {
  const auto at = out.size();
  out.resize(at + sizeof number);
  std::memcpy(out.data() + at, &number, sizeof number);
}

void put_trace(Bytes& out, const TraceContext& trace) {
  out.insert(out.end(), trace.trace_id.begin(), trace.trace_id.end());
  out.insert(out.end(), trace.span_id.begin(), trace.span_id.end());
  put(out, std::uint64_t{trace.flags});  // and the zeros behind them
}

/// Frees what is consumed once it is most of the buffer: cheap on average, bounded in memory.
void compact(Bytes& bytes, std::size_t& begin) {
  constexpr std::size_t keep = 1U << 20U;
  if (begin == bytes.size()) {
    if (bytes.capacity() > keep) Bytes().swap(bytes);
    bytes.clear();
    begin = 0;
  } else if (begin > bytes.size() / 2 && begin > 65536) {
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    begin = 0;
  }
}

}  // namespace

void OutputQueue::append(Bytes& out, const FrameHeader& header, ByteView parts, ByteView payload) {
  const auto at = out.size();
  out.resize(at + frame_bytes(header));  // zero-filled: the padding
  std::span<std::byte> frame(out.data() + at, frame_bytes(header));
  store_header(header, frame.first<FrameHeader::size>());
  frame = frame.subspan(FrameHeader::size);
  if (!parts.empty()) std::memcpy(frame.data(), parts.data(), parts.size());
  if (!payload.empty()) std::memcpy(frame.data() + parts.size(), payload.data(), payload.size());
}

void OutputQueue::push(FrameHeader header, ByteView payload, const Parts& parts,
                       std::uint64_t after) {
  auto& out = is_control(header.type) && after <= data_gone_ ? control_ : data_;
  parts_.clear();
  if ((header.flags & flag::deadline) != 0) put(parts_, parts.deadline_us);
  if ((header.flags & flag::trace) != 0) put_trace(parts_, parts.trace);
  if ((header.flags & flag::chain) != 0) {
    put(parts_, std::uint64_t{parts.chain.size()});
    for (const auto actor : parts.chain) put(parts_, actor);
  }
  if ((header.flags & flag::window) != 0) {
    put(parts_, std::uint64_t{parts.window.items});
    put(parts_, parts.window.bytes);
  }
  ByteView front = parts_;
  do {
    const auto piece =
        payload.first(std::min(payload.size(), FrameHeader::max_length - front.size()));
    payload = payload.subspan(piece.size());
    header.length = static_cast<std::uint32_t>(front.size() + piece.size());
    if (!payload.empty()) header.flags |= flag::more;
    append(out, header, front, piece);
    front = {};
    header = {0, FrameType::chunk, 0, header.route, header.correlation};
  } while (!payload.empty());
}

ByteView OutputQueue::next() const noexcept {
  const bool has_control = control_begin_ < control_.size();
  if (begun_data_ == 0 && has_control) return ByteView(control_).subspan(control_begin_);
  const auto data = ByteView(data_).subspan(data_begin_);
  // Control overtakes what is not begun; a frame that the stream has part of goes on first.
  return has_control ? data.first(begun_data_) : data;
}

void OutputQueue::consume(std::size_t size) {
  const bool from_control = begun_data_ == 0 && control_begin_ < control_.size();
  auto& bytes = from_control ? control_ : data_;
  auto& begin = from_control ? control_begin_ : data_begin_;
  auto& begun = from_control ? begun_control_ : begun_data_;
  const auto gone_to = begin + size;
  const auto next_frame = begin + begun;
  begun =
      gone_to < next_frame ? next_frame - gone_to : rest_of_last_frame(bytes, next_frame, gone_to);
  begin = gone_to;
  if (!from_control) data_gone_ += size;
  compact(bytes, begin);
}

void OutputQueue::clear() noexcept {
  control_.clear();
  data_.clear();
  control_begin_ = data_begin_ = begun_control_ = begun_data_ = 0;
}

}  // namespace kameo::wire

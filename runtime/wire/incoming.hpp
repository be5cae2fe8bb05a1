#pragma once

#include <kameo/result.hpp>
#include <kameo/wire/frame.hpp>
#include <kameo/wire/session.hpp>

#include <cstdint>
#include <optional>

namespace kameo::wire {

/// A frame as it stands in the buffer: the parts that its flags name, and its payload.
struct Frame {
  FrameHeader header;
  std::optional<TimePoint> deadline;
  std::optional<StreamWindow> window;
  std::optional<TraceContext> trace;
  ByteView chain;
  ByteView payload;
};

/// Takes the body apart. Fails with `bad_frame` where it is too short for its flags.
[[nodiscard]] Result<Frame> split(const FrameHeader& header, ByteView body, TimePoint now);

/// The payload of a credit frame.
[[nodiscard]] Result<StreamWindow> window_from(ByteView payload);
inline constexpr std::size_t window_bytes = 16;
inline constexpr std::size_t trace_bytes = 32;

/// Puts payloads together that came in chunks. What the first frame says holds for the whole.
class Assembly {
 public:
  [[nodiscard]] bool is_open() const noexcept { return first_.has_value(); }
  /// Whether a chunk with this header goes on with the message that is open.
  [[nodiscard]] bool is_of(const FrameHeader& chunk) const noexcept {
    return chunk.route == first_->header.route && chunk.correlation == first_->header.correlation;
  }
  /// The first piece; the others follow by `add`.
  void begin(const Frame& first);
  /// Fails with `over_limit` beyond `most` bytes, before it takes memory for more.
  [[nodiscard]] Result<void> add(ByteView piece, std::uint32_t most);
  /// The whole message; its payload lives until the next `begin`.
  [[nodiscard]] Frame finish();

 private:
  std::optional<Frame> first_;
  Bytes chain_;
  Bytes payload_;
};

}  // namespace kameo::wire

#pragma once

#include <kameo/bytes.hpp>
#include <kameo/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kameo::wire {

/// Frame types; docs/protocol.md says who may send which, and when.
enum class FrameType : std::uint8_t {
  hello = 1,    ///< child → parent: version, capabilities, limits
  welcome = 2,  ///< parent → child: what it is to be
  ready = 3,    ///< child → parent: started, and which routes it refuses
  ask = 4,
  tell = 5,
  reply = 6,
  error = 7,  ///< the answer to an ask; with correlation 0 before `ready`: the start failed
  stream_item = 8,
  stream_end = 9,
  credit = 10,
  cancel = 11,
  log = 12,
  metric = 13,
  ping = 14,
  pong = 15,
  drain = 16,  ///< finish what is open, then bye
  bye = 17,    ///< the last frame of a side
  chunk = 18,  ///< more payload of the data frame before it
};

[[nodiscard]] std::string_view to_string(FrameType type) noexcept;
[[nodiscard]] bool is_known(FrameType type) noexcept;
/// Control frames never wait for credit and overtake all data that the kernel hasn't got yet.
[[nodiscard]] bool is_control(FrameType type) noexcept;

/// Bits of FrameHeader::flags. A sender leaves the others zero; a receiver refuses them.
namespace flag {
inline constexpr std::uint8_t deadline = 1;  ///< 8 bytes: what is left of it, in µs, i64, ≥ 0
inline constexpr std::uint8_t trace = 2;     ///< 32 bytes: trace id 16, span id 8, flags 1, zeros 7
inline constexpr std::uint8_t chain = 4;  ///< 8 bytes: count u32, zeros; then count × u64 actor ids
inline constexpr std::uint8_t more = 8;   ///< a `chunk` with the rest of the payload follows
/// 16 bytes: items u32, zeros, bytes u64: an ask that wants a stream, with its first credit.
inline constexpr std::uint8_t window = 16;
/// No bytes: the frame is about the ask's input stream; in an ask: there is one.
inline constexpr std::uint8_t input = 32;
inline constexpr std::uint8_t known = deadline | trace | chain | more | window | input;
}  // namespace flag

/// Start of every frame: 16 bytes, little-endian. Vectors: tests/vectors/frames.json.
///
///     offset  size  field
///          0     4  length       bytes after this header, padding not counted
///          4     1  type         FrameType; an unknown one ends the session
///          5     1  flags        a sender must leave unnamed bits zero
///          6     2  route        number agreed in the handshake; 0 in control frames
///          8     8  correlation  the ask it belongs to; 0 for none, never reused in a session
///
/// Then the parts that the flags name, in the order of their bits, then the payload, then zero
/// bytes up to a multiple of 8: so every frame and every payload stands aligned in a buffer that
/// is.
struct FrameHeader {
  static constexpr std::size_t size = 16;
  /// No frame has more after its header; longer payloads go on in `chunk` frames.
  static constexpr std::uint32_t max_length = 65536;

  std::uint32_t length = 0;
  FrameType type = FrameType::bye;
  std::uint8_t flags = 0;
  std::uint16_t route = 0;
  std::uint64_t correlation = 0;

  friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

[[nodiscard]] constexpr std::size_t padded(std::size_t size) noexcept {
  return (size + 7) & ~std::size_t{7};
}
/// Header, body and padding.
[[nodiscard]] constexpr std::size_t frame_bytes(const FrameHeader& header) noexcept {
  return FrameHeader::size + padded(header.length);
}

void store_header(const FrameHeader& header, std::span<std::byte, FrameHeader::size> out) noexcept;
/// Fails with `bad_frame` for an unknown type or flag, `over_limit` beyond `max_length`.
[[nodiscard]] Result<FrameHeader> load_header(std::span<const std::byte, FrameHeader::size> in);

}  // namespace kameo::wire

#pragma once

#include <kameo/coder.hpp>

#include <cstdint>

namespace kameo::wire {

/// What one side of a session takes from the other. Each says its own in hello or welcome; a
/// sender keeps to the peer's, so that a refusal is told where the value was made.
struct Limits {
  std::uint32_t message_bytes = 64U << 20U;  ///< one payload, all its chunks
  std::uint32_t open_asks = 65536;           ///< asks of one direction without an answer yet
  std::uint32_t open_streams = 16384;        ///< those of them with a stream, either way
  /// What the peer sent and nobody has done with: requests without an answer, items without new
  /// credit. Messages without an answer (tells) are not among them.
  std::uint64_t parked_bytes = 1U << 30U;
  std::uint64_t output_bytes = 256U << 20U;  ///< own frames not yet given to the kernel
  CodecLimits codec;
};

}  // namespace kameo::wire

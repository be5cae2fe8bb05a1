#pragma once

#include <kameo/bytes.hpp>

#include <cstdint>
#include <optional>

namespace kameo::simulation {

/// What a simulated message says. Its bytes follow from it, so that whoever gets it can tell
/// whether all of them came, and in the right place.
struct Content {
  std::uint64_t serial = 0;  ///< of the call; counts up per sender
  std::uint32_t index = 0;   ///< of the item in its stream
  std::uint32_t size = 16;   ///< of the whole payload, at least 16

  friend bool operator==(const Content&, const Content&) = default;
};

[[nodiscard]] Bytes make_payload(const Content& content);
/// None where the bytes are not what some Content makes.
[[nodiscard]] std::optional<Content> read_payload(ByteView payload);

}  // namespace kameo::simulation

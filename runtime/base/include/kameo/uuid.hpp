#pragma once

#include <kameo/result.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace kameo {

/// RFC 9562's 128 bits in network order; the C++ type of the IDL's `uuid`.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`
[[nodiscard]] std::string to_string(const Uuid& uuid);
/// Reads that form, in either case. Fails with `invalid_argument`.
[[nodiscard]] Result<Uuid> parse_uuid(std::string_view text);

}  // namespace kameo

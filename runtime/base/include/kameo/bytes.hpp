#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace kameo {

/// Bytes that own themselves; the C++ type of the IDL's `bytes`.
using Bytes = std::vector<std::byte>;
/// Bytes that somebody else owns.
using ByteView = std::span<const std::byte>;

/// The same memory seen as bytes.
[[nodiscard]] inline ByteView as_bytes(std::string_view text) noexcept {
  return std::as_bytes(std::span{text.data(), text.size()});
}
/// The same memory seen as text; says nothing about its being UTF-8.
[[nodiscard]] inline std::string_view as_text(ByteView bytes) noexcept {
  // char may alias any object, so this is the one defined way to look at bytes as text.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace kameo

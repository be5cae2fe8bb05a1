#pragma once

#include <cstddef>
#include <string_view>

namespace kameo {

/// The offset of the first byte that is not well-formed UTF-8 (Unicode 15, table 3-7: no
/// surrogates, no overlong forms), or `text.size()` where all is.
[[nodiscard]] std::size_t utf8_valid_prefix(std::string_view text) noexcept;

[[nodiscard]] inline bool is_utf8(std::string_view text) noexcept {
  return utf8_valid_prefix(text) == text.size();
}

}  // namespace kameo

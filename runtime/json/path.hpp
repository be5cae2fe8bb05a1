#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kameo::json {

/// Where in the value we are; a chain on the stack, written out only when something is wrong.
struct Path {
  const Path* up = nullptr;
  std::string_view name{};  ///< a field, variant or key; empty for an element
  std::size_t index = 0;
  bool is_key = false;  ///< of a map: shown in brackets
  bool secret = false;  ///< nothing of the value is shown from here on
};

/// `request.orders[2].limit["a b"]`
[[nodiscard]] std::string to_string(const Path& path);
[[nodiscard]] bool is_secret(const Path& path) noexcept;
/// What can stand in a path as it is; other keys are shown in brackets and quotes.
[[nodiscard]] bool is_plain_word(std::string_view name) noexcept;

}  // namespace kameo::json

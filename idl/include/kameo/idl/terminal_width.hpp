#pragma once

#include <cstddef>
#include <string_view>

namespace kameo::idl {

/// How many columns a text takes on a terminal: 2 for East Asian characters and emoji, none for
/// what combines with the character before it. Control characters count as 1.
[[nodiscard]] std::size_t terminal_width(std::string_view utf8);

}  // namespace kameo::idl

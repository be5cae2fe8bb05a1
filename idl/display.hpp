#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kameo::idl {

/// A source line made fit for a terminal: control characters become `?`, a tab stays a tab, bytes
/// that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string printable(std::string_view line);

/// Blanks as wide as the first `count` code points of `line` are on a terminal; a tab stays one.
[[nodiscard]] std::string padding(std::string_view line, std::size_t count);

/// How many terminal columns `count` code points of `line` take from the code point `first` on.
[[nodiscard]] std::size_t display_width(std::string_view line, std::size_t first,
                                        std::size_t count);

/// A part of a text that is small enough for a message: at most 40 code points, then `…`.
[[nodiscard]] std::string excerpt(std::string_view text);

}  // namespace kameo::idl

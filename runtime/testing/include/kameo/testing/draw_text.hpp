#pragma once

#include <kameo/concat.hpp>
#include <kameo/testing/draw_number.hpp>
#include <kameo/testing/pattern_text.hpp>

#include <rapidcheck.h>

#include <limits>
#include <string>
#include <string_view>

/// Texts and lengths for Draw.
namespace kameo::testing::detail {

inline constexpr std::size_t any_length = std::numeric_limits<std::size_t>::max() / 2;

/// `least` to `most`, the shorter the earlier the case; shrinks to `least`.
inline std::size_t length(std::size_t least, std::size_t most) {
  return *rc::gen::inRange<std::size_t>(least, most + 1);
}

/// Mostly letters; now and then a control character, or one of each length in UTF-8.
inline char32_t character() {
  const auto from = [](std::size_t first, std::size_t last) {
    return static_cast<char32_t>(first + pick(last - first + 1));
  };
  switch (pick(10)) {
    case 5:
    case 6:
      return from(0x20, 0x7E);
    case 7:
      return from(0, 0x1F);
    case 8:
      return from(0x80, 0x7FF);
    case 9:
      return pick(2) == 0 ? from(0x800, 0xD7FF) : from(0xE000, 0x10FFFF);
    default:
      return from('a', 'z');
  }
}

/// Of so many code points, at most 20 more than the least.
inline std::string text(std::size_t shortest, std::size_t longest) {
  std::string made;
  for (auto left = length(shortest, std::min(longest, shortest + 20)); left > 0; --left) {
    append_utf8(made, character());
  }
  return made;
}

inline std::string matching(std::string_view pattern, std::size_t shortest, std::size_t longest) {
  auto made = PatternText(pattern).make(shortest, longest, pick);
  if (made) return std::move(*made);
  throw rc::GenerationFailure(
      concat("no text of ", shortest, " to ", longest, " characters that matches `", pattern, "`"));
}

}  // namespace kameo::testing::detail

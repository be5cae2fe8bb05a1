#include "display.hpp"

#include <kameo/idl/source.hpp>
#include <kameo/idl/terminal_width.hpp>
#include <kameo/utf8.hpp>

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

struct Decoded {
  char32_t point;
  std::size_t size;  // bytes; 1 and U+FFFD for a byte that is not UTF-8
};

Decoded decode(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || size > text.size() || !is_utf8(text.substr(0, size))) return {0xFFFD, 1};
  char32_t point = lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {point, size};
}

struct Range {
  char32_t first, last;
};
// The ranges that matter in practice, not all of Unicode: carets are for people to look at.
constexpr std::array combining{Range{0x300, 0x36F}, Range{0x200B, 0x200D}, Range{0x20D0, 0x20FF},
                               Range{0xFE00, 0xFE0F}, Range{0x1F3FB, 0x1F3FF}};
constexpr std::array wide{
    Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},
    Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1FAFF}, Range{0x20000, 0x3FFFD}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t point) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [point](const Range& range) {
    return range.first <= point && point <= range.last;
  });
}

std::size_t width(char32_t point) noexcept {
  if (point < 0x300) return 1;
  if (within(combining, point)) return 0;
  return within(wide, point) ? 2 : 1;
}

}  // namespace

std::string printable(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    const auto [point, size] = decode(line);
    if (point == 0xFFFD) {
      out += "\xEF\xBF\xBD";
    } else if ((point < 0x20 && point != '\t') || (point >= 0x7F && point < 0xA0)) {
      out += '?';
    } else {
      out += line.substr(0, size);
    }
    line.remove_prefix(size);
  }
  return out;
}

std::string padding(std::string_view line, std::size_t count) {
  std::string out;
  while (count-- > 0) {
    if (line.empty()) {
      out += ' ';
      continue;
    }
    const auto [point, size] = decode(line);
    out += point == '\t' ? std::string(1, '\t') : std::string(width(point), ' ');
    line.remove_prefix(size);
  }
  return out;
}

std::size_t display_width(std::string_view line, std::size_t first, std::size_t count) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < first + count; ++i) {
    std::size_t columns = 1;
    if (!line.empty()) {
      const auto [point, size] = decode(line);
      columns = width(point);
      line.remove_prefix(size);
    }
    if (i >= first) total += columns;
  }
  return total;
}

std::size_t terminal_width(std::string_view utf8) {
  return display_width(utf8, 0, code_points(utf8));
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string out;
  std::size_t count = 0;
  for (auto rest = text; !rest.empty(); ++count) {
    if (count == longest) return out + "…";
    const auto size = decode(rest).size;
    const auto piece = rest.substr(0, size);
    // A line break in a message would break its one-line shape.
    out += piece == "\n" ? " " : printable(piece);
    rest.remove_prefix(size);
  }
  return out;
}

}  // namespace kameo::idl

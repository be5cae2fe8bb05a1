#include <kameo/print.hpp>

#include "escape.hpp"

#include <algorithm>
#include <charconv>

namespace kameo {
namespace {

// Not through the stream: its locale and its precision are the caller's.
template <class Number>
void print_shortest(std::ostream& out, Number value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.write(text.data(), end - text.data());
}

}  // namespace

void print(std::ostream& out, std::string_view text) {
  out << '"' << escaped(text, 200) << '"';
}

void print(std::ostream& out, const Bytes& bytes) {
  constexpr std::size_t shown = 16;
  constexpr char digits[] = "0123456789abcdef";
  out << "bytes[" << bytes.size() << ']';
  for (std::size_t i = 0; i < std::min(bytes.size(), shown); ++i) {
    const auto byte = std::to_integer<unsigned>(bytes[i]);
    out << ' ' << digits[byte >> 4U] << digits[byte & 15U];
  }
  if (bytes.size() > shown) out << " …";
}

void print(std::ostream& out, bool value) {
  out << (value ? "true" : "false");
}
void print(std::ostream& out, double value) {
  print_shortest(out, value);
}
void print(std::ostream& out, float value) {
  print_shortest(out, value);
}

}  // namespace kameo

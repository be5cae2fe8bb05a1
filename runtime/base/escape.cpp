#include "escape.hpp"

#include <kameo/concat.hpp>
#include <kameo/utf8.hpp>

namespace kameo {
namespace {

void append_hex(std::string& out, unsigned char byte) {
  constexpr char digits[] = "0123456789abcdef";
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

}  // namespace

std::string escaped(std::string_view text, std::size_t max_bytes) {
  std::string out;
  std::size_t at = 0;
  std::size_t good_until = utf8_valid_prefix(text);
  while (at < text.size()) {
    if (at >= max_bytes) {
      out += "…";
      break;
    }
    if (at == good_until) {
      append_hex(out, static_cast<unsigned char>(text[at]));
      ++at;
      good_until = at + utf8_valid_prefix(text.substr(at));
      continue;
    }
    const char c = text[at++];
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          append_hex(out, static_cast<unsigned char>(c));
          break;
        }
        out += c;
        // The rest of a character goes with its first byte, so that a cut leaves UTF-8.
        while (at < good_until && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80) {
          out += text[at++];
        }
    }
  }
  return out;
}

std::string quoted(std::string_view text) {
  return concat('`', escaped(text, 60), '`');
}

}  // namespace kameo

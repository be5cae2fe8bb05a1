#include <kameo/uuid.hpp>

#include "escape.hpp"

namespace kameo {
namespace {

/// Whether a dash stands before the byte of this index.
constexpr bool dash_before(std::size_t byte) noexcept {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/// 16 and more for what is no hex digit.
constexpr unsigned hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return 16;
}

}  // namespace

std::string to_string(const Uuid& uuid) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (dash_before(i)) text += '-';
    text += digits[uuid.bytes[i] >> 4U];
    text += digits[uuid.bytes[i] & 15U];
  }
  return text;
}

Result<Uuid> parse_uuid(std::string_view text) {
  const auto refuse = [&] {
    return fail(errc::invalid_argument, quoted(text),
                " is no uuid: 8-4-4-4-12 hexadecimal digits are expected");
  };
  if (text.size() != 36) return refuse();
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (dash_before(i) && text[at++] != '-') return refuse();
    const auto high = hex_value(text[at++]);
    const auto low = hex_value(text[at++]);
    if (high > 15 || low > 15) return refuse();
    uuid.bytes[i] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return uuid;
}

}  // namespace kameo

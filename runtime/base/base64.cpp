#include <kameo/base64.hpp>

#include <array>
#include <cstdint>

namespace kameo {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t not_a_digit = 64;

constexpr auto digit_of = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(not_a_digit);
  for (std::uint8_t i = 0; i < 64; ++i) table[static_cast<unsigned char>(alphabet[i])] = i;
  return table;
}();

}  // namespace

void append_base64(std::string& out, ByteView bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto left = bytes.size() - at;
    std::uint32_t group = std::to_integer<std::uint32_t>(bytes[at]) << 16U;
    if (left > 1) group |= std::to_integer<std::uint32_t>(bytes[at + 1]) << 8U;
    if (left > 2) group |= std::to_integer<std::uint32_t>(bytes[at + 2]);
    out += alphabet[group >> 18U];
    out += alphabet[(group >> 12U) & 63U];
    out += left > 1 ? alphabet[(group >> 6U) & 63U] : '=';
    out += left > 2 ? alphabet[group & 63U] : '=';
  }
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const bool last = at + 4 == text.size();
    std::size_t digits = 4;
    if (last && text[at + 3] == '=') digits = text[at + 2] == '=' ? 2 : 3;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto digit = i < digits ? digit_of[static_cast<unsigned char>(text[at + i])] : 0;
      if (digit == not_a_digit) return std::nullopt;
      group = group << 6U | static_cast<std::uint32_t>(digit);
    }
    // Bits that belong to no byte must be zero: each value has one spelling.
    const auto unused = (4 - digits) * 8;
    if ((group & ((1U << unused) - 1U)) != 0) return std::nullopt;
    for (std::size_t i = 0; i + 1 < digits; ++i) {
      bytes.push_back(static_cast<std::byte>(group >> (16U - 8U * i)));
    }
  }
  return bytes;
}

}  // namespace kameo

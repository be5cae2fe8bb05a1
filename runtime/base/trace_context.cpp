#include <kameo/trace_context.hpp>

#include <algorithm>
#include <span>

namespace kameo {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

void append_hex(std::string& out, std::span<const std::byte> bytes) {
  for (const auto byte : bytes) {
    out += digits[std::to_integer<unsigned>(byte) >> 4U];
    out += digits[std::to_integer<unsigned>(byte) & 15U];
  }
}

/// Lower case only, as the header demands.
bool read_hex(std::string_view text, std::span<std::byte> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto high = digits.find(text[2 * i]);
    const auto low = digits.find(text[2 * i + 1]);
    if (high == digits.npos || low == digits.npos) return false;
    out[i] = static_cast<std::byte>(high << 4U | low);
  }
  return true;
}

bool is_zero(std::span<const std::byte> bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte byte) { return byte == std::byte{}; });
}

}  // namespace

std::string to_string(const TraceContext& trace) {
  std::string text = "00-";
  append_hex(text, trace.trace_id);
  text += '-';
  append_hex(text, trace.span_id);
  text += '-';
  append_hex(text, std::array{static_cast<std::byte>(trace.flags)});
  return text;
}

std::optional<TraceContext> parse_traceparent(std::string_view text) {
  // Newer versions may have more behind the flags.
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  std::array<std::byte, 1> version{};
  std::array<std::byte, 1> flags{};
  TraceContext trace;
  if (!read_hex(text.substr(0, 2), version) || !read_hex(text.substr(3, 32), trace.trace_id) ||
      !read_hex(text.substr(36, 16), trace.span_id) || !read_hex(text.substr(53, 2), flags)) {
    return std::nullopt;
  }
  const auto number = std::to_integer<unsigned>(version[0]);
  if (number == 255 || (number == 0 && text.size() != 55)) return std::nullopt;
  if (text.size() > 55 && text[55] != '-') return std::nullopt;
  if (is_zero(trace.trace_id) || is_zero(trace.span_id)) return std::nullopt;
  trace.flags = std::to_integer<std::uint8_t>(flags[0]);
  return trace;
}

}  // namespace kameo

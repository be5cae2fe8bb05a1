#include <kameo/json/value.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>

namespace kameo::json {
namespace {

/// Beyond it, readers that keep numbers as doubles (JavaScript, jq before 1.7) change the value.
constexpr std::uint64_t largest_exact = (std::uint64_t{1} << 53U) - 1;

template <class Number>
void append_chars(std::string& out, Number value) {
  std::array<char, 32> digits{};  // the longest double takes 24
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

template <std::floating_point Number>
void append_float(std::string& out, Number value) {
  if (std::isnan(value)) {
    out += R"("NaN")";
  } else if (std::isinf(value)) {
    out += value > 0 ? R"("Infinity")" : R"("-Infinity")";
  } else {
    const auto start = out.size();
    append_chars(out, value);
    // So that a reader without the schema sees that it is no integer, and -0 stays what it is.
    if (out.find_first_of(".e", start) == std::string::npos) out += ".0";
  }
}

template <std::integral Number>
void append_integer(std::string& out, Number value, bool exact_everywhere) {
  if (exact_everywhere) return append_chars(out, value);
  out += '"';
  append_chars(out, value);
  out += '"';
}

void append_value(std::string& out, const Value& value, std::size_t enough) {
  if (out.size() > enough) return;  // what follows would be cut off
  if (value.is_null()) {
    out += "null";
  } else if (const auto* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const auto* number = value.number()) {
    out += number->text;
  } else if (const auto* text = value.string()) {
    append_string(out, whole_prefix(*text, enough));
  } else if (const auto* items = value.array()) {
    out += '[';
    const char* separator = "";
    for (const auto& item : *items) {
      if (out.size() > enough) return;
      out += separator;
      append_value(out, item, enough);
      separator = ",";
    }
    out += ']';
  } else {
    out += '{';
    const char* separator = "";
    for (const auto& member : *value.object()) {
      if (out.size() > enough) return;
      out += separator;
      append_string(out, whole_prefix(member.name, enough));
      out += ':';
      append_value(out, member.value, enough);
      separator = ",";
    }
    out += '}';
  }
}

}  // namespace

void append_string(std::string& out, std::string_view utf8) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
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
        // Control characters, and DEL, which terminals act on.
        if (byte < 0x20 || byte == 0x7f) {
          out += "\\u00";
          out += hex[byte >> 4U];
          out += hex[byte & 15U];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_number(std::string& out, double value) {
  append_float(out, value);
}
void append_number(std::string& out, float value) {
  append_float(out, value);
}
void append_number(std::string& out, std::int64_t value) {
  const auto bound = static_cast<std::int64_t>(largest_exact);
  append_integer(out, value, -bound <= value && value <= bound);
}
void append_number(std::string& out, std::uint64_t value) {
  append_integer(out, value, value <= largest_exact);
}

std::string to_text(const Value& value) {
  std::string out;
  append_value(out, value, std::string::npos);
  return out;
}

std::string to_short_text(const Value& value, std::size_t length) {
  std::string out;
  append_value(out, value, length);
  if (out.size() <= length) return out;
  out.resize(whole_prefix(out, length).size());
  out += "…";
  return out;
}

std::string_view whole_prefix(std::string_view utf8, std::size_t length) noexcept {
  if (utf8.size() <= length) return utf8;
  // Back over the bytes that continue a character.
  while (length > 0 && (static_cast<unsigned char>(utf8[length]) & 0xC0U) == 0x80U) --length;
  return utf8.substr(0, length);
}

}  // namespace kameo::json

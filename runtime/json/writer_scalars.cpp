#include "writer.hpp"

#include "field_limits.hpp"

#include <kameo/base64.hpp>
#include <kameo/decimal.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace kameo::json {
namespace {

using schema::Kind;

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The nearest number, 0 where it is too small to tell from it; none where it is too large, or no
/// number at all.
template <class Number>
std::optional<Number> nearest(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  if (stop != end || problem == std::errc::invalid_argument) return std::nullopt;
  if (problem == std::errc{}) return std::isfinite(number) ? std::optional(number) : std::nullopt;
  if constexpr (std::is_same_v<Number, float>) {
    const auto wide = nearest<double>(text);
    if (wide && std::abs(*wide) < 1) return static_cast<float>(*wide);
  } else {
    const bool small = text.find("e-") != text.npos || text.find("E-") != text.npos ||
                       text.starts_with("0.") || text.starts_with("-0.");
    if (small) return text.starts_with('-') ? -Number{0} : Number{0};
  }
  return std::nullopt;
}

/// `1.0` and `1e3` as the integers that they are, for lenient readers; other texts as they stand.
std::string as_integer(const std::string& text) {
  const auto negative = text.starts_with('-');
  const auto end = std::min(text.find_first_of("eE"), text.size());
  const auto exponent_text = std::string_view(text).substr(std::min(end + 1, text.size()));
  const auto exponent_digits = exponent_text.substr(exponent_text.starts_with('+') ? 1 : 0);
  auto exponent = exponent_digits.empty() ? std::optional(0) : number_from<int>(exponent_digits);
  auto digits = text.substr(negative ? 1 : 0, end - (negative ? 1 : 0));
  const auto all_digits = [](std::string_view some) {
    return std::all_of(some.begin(), some.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (const auto point = digits.find('.'); point != digits.npos) {
    if (exponent) *exponent -= static_cast<int>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  constexpr int longest = 40;  // more digits than 64 bits have
  if (!exponent || !all_digits(digits) || digits.size() > longest || *exponent > longest) {
    return text;
  }
  for (; *exponent < 0 && digits.ends_with('0'); ++*exponent) digits.pop_back();
  if (*exponent < 0) return digits.empty() ? "0" : text;
  digits.append(static_cast<std::size_t>(*exponent), '0');
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return "0";
  return (negative ? "-" : "") + digits;
}

bool is_64_bit(Kind kind) {
  return kind == Kind::i64 || kind == Kind::u64;
}

}  // namespace

void Writer::scalar(const schema::Type& type, const Value& value, const Path& path) {
  switch (type.kind) {
    case Kind::boolean:
      return boolean(value, path);
    case Kind::i8:
      return integer<std::int8_t>(type.kind, value, path);
    case Kind::i16:
      return integer<std::int16_t>(type.kind, value, path);
    case Kind::i32:
      return integer<std::int32_t>(type.kind, value, path);
    case Kind::i64:
      return integer<std::int64_t>(type.kind, value, path);
    case Kind::u8:
      return integer<std::uint8_t>(type.kind, value, path);
    case Kind::u16:
      return integer<std::uint16_t>(type.kind, value, path);
    case Kind::u32:
      return integer<std::uint32_t>(type.kind, value, path);
    case Kind::u64:
      return integer<std::uint64_t>(type.kind, value, path);
    case Kind::f32:
      return floating<float>(type.kind, value, path);
    case Kind::f64:
      return floating<double>(type.kind, value, path);
    case Kind::string:
      if (const auto* text = value.string()) return put_bytes(as_bytes(*text), path);
      return expected("string", value, path);
    case Kind::bytes:
      return bytes(value, path);
    case Kind::timestamp:
      return timestamp(value, path);
    case Kind::duration:
      return duration(value, path);
    case Kind::uuid:
      return uuid(value, path);
    case Kind::decimal:
      return decimal(value, path);
    default:
      return violate(path, "a type of no known kind", errc::internal);
  }
}

void Writer::boolean(const Value& value, const Path& path) {
  const auto* boolean = value.boolean();
  if (boolean == nullptr) return expected("bool", value, path);
  put(std::uint8_t{*boolean});
}

template <class Number>
void Writer::integer(Kind kind, const Value& value, const Path& path) {
  // 64 bits also as a string: writers that keep numbers as doubles have no other exact form.
  const auto* number = value.number();
  const auto* text = is_64_bit(kind) || lenient_ ? digits_of(value)
                     : number == nullptr         ? nullptr
                                                 : &number->text;
  if (text != nullptr) {
    const auto read = number_from<Number>(lenient_ ? as_integer(*text) : *text);
    if (read) return put(*read);
  }
  expected(concat(schema::to_string(kind), " in ", integer_range(kind)), value, path);
}

template <class Number>
void Writer::floating(Kind kind, const Value& value, const Path& path) {
  const auto name = schema::to_string(kind);
  if (const auto* text = value.string()) {
    using Limits = std::numeric_limits<Number>;
    if (*text == "NaN") return put(Limits::quiet_NaN());
    if (*text == "Infinity") return put(Limits::infinity());
    if (*text == "-Infinity") return put(-Limits::infinity());
  }
  const auto* number = value.number();
  const auto* text = lenient_ ? digits_of(value) : number == nullptr ? nullptr : &number->text;
  if (text != nullptr) {
    if (const auto read = nearest<Number>(*text)) return put(*read);
    if (number != nullptr) return expected(concat(name, " within its range"), value, path);
  }
  expected(concat(name, R"( or "NaN", "Infinity", "-Infinity")"), value, path);
}

void Writer::bytes(const Value& value, const Path& path) {
  const auto* text = value.string();
  const auto bytes = text == nullptr ? std::nullopt : from_base64(*text);
  if (!bytes) return expected("bytes as base64", value, path);
  put_bytes(*bytes, path);
}

void Writer::timestamp(const Value& value, const Path& path) {
  if (const auto* text = value.string()) {
    if (const auto at = parse_timestamp(*text)) return put(at->time_since_epoch().count());
  }
  expected(R"(timestamp, such as "2026-11-21T09:30:00Z")", value, path);
}

void Writer::duration(const Value& value, const Path& path) {
  if (const auto* text = value.string()) {
    if (const auto length = parse_duration(*text)) return put(length->count());
  }
  expected(R"(duration, such as "1h30m" or "250ms")", value, path);
}

void Writer::uuid(const Value& value, const Path& path) {
  if (const auto* text = value.string()) {
    if (const auto uuid = parse_uuid(*text)) return put(uuid->bytes);
  }
  expected(R"(uuid, such as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")", value, path);
}

void Writer::decimal(const Value& value, const Path& path) {
  // Not in quotes it has been through a double, as far as its writer can be known.
  const auto* text = lenient_ ? digits_of(value) : value.string();
  if (text != nullptr) {
    if (const auto number = parse_decimal(*text)) {
      put(number->low);
      put(number->high);
      put(number->exponent);
      return put(std::uint8_t{number->negative});
    }
  }
  expected(R"(decimal in quotes, such as "-1.50")", value, path);
}

}  // namespace kameo::json

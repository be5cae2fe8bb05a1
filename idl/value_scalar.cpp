#include <kameo/base64.hpp>
#include <kameo/concat.hpp>
#include <kameo/decimal.hpp>
#include <kameo/time.hpp>
#include <kameo/utf8.hpp>
#include <kameo/uuid.hpp>

#include "names.hpp"
#include "value.hpp"

#include <charconv>
#include <limits>

namespace kameo::idl {

using schema::Kind;
using schema::Type;

namespace {

template <class Number>
std::string range() {
  return concat("from ", std::numeric_limits<Number>::min(), " to ",
                std::numeric_limits<Number>::max());
}

std::string range(Kind kind) {
  switch (kind) {
    case Kind::i8:
      return range<std::int8_t>();
    case Kind::i16:
      return range<std::int16_t>();
    case Kind::i32:
      return range<std::int32_t>();
    case Kind::i64:
      return range<std::int64_t>();
    case Kind::u8:
      return range<std::uint8_t>();
    case Kind::u16:
      return range<std::uint16_t>();
    case Kind::u32:
      return range<std::uint32_t>();
    default:
      return range<std::uint64_t>();
  }
}

/// `0777`, `1_000`, `0x1F`: numbers in one YAML, text or others in another.
bool is_plain_number(std::string_view text) noexcept {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9';
  return !leading_zero && !text.starts_with('+') && text.find_first_of("_xXoO") == text.npos;
}

template <class Number>
bool parse_whole(std::string_view text, Number& number) noexcept {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size() && is_plain_number(text);
}

}  // namespace

void ValueReader::scalar(const Node& node, const Type& type) {
  const std::string name(to_string(type.kind));
  if (!node.is_scalar()) {
    wrong(node, name);
    return;
  }
  switch (type.kind) {
    case Kind::boolean:
      if (node.quoted || (node.text != "true" && node.text != "false")) {
        wrong(node, "true or false",
              is_yaml_word(node.text) ? "YAML 1.2 has no other words for it" : "");
      }
      put(std::uint8_t{node.text == "true"});
      return;
    case Kind::f32:
    case Kind::f64:
      return floating(node, type.kind);
    case Kind::string:
      return text(node);
    case Kind::bytes:
      if (const auto bytes = from_base64(node.text)) {
        put_count(bytes->size());
        out_.insert(out_.end(), bytes->begin(), bytes->end());
      } else {
        wrong(node, "bytes as base64", "RFC 4648, with its `=` at the end");
      }
      return;
    case Kind::timestamp:
      if (const auto at = parse_timestamp(node.text)) {
        put(std::int64_t{at->time_since_epoch().count()});
      } else {
        wrong(node, "a timestamp", "as RFC 3339 writes it: 2026-11-21T09:30:00Z");
      }
      return;
    case Kind::duration:
      if (const auto length = parse_duration(node.text)) {
        put(std::int64_t{length->count()});
      } else {
        wrong(node, "a duration", "numbers and units, d h m s ms us: 1h30m, 200ms");
      }
      return;
    case Kind::uuid:
      if (const auto uuid = parse_uuid(node.text)) {
        for (const auto byte : uuid->bytes) put(byte);
      } else {
        wrong(node, "a uuid", "such as f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
      }
      return;
    case Kind::decimal:
      if (const auto number = parse_decimal(node.text)) {
        put(number->low);
        put(number->high);
        put(number->exponent);
        put(std::uint8_t{number->negative});
      } else {
        wrong(node, "a decimal", "up to 34 digits, a point, an exponent: 12.50, 1E+3");
      }
      return;
    default:
      return integer(node, type.kind);
  }
}

void ValueReader::integer(const Node& node, Kind kind) {
  const auto read = [&](auto number) {
    if (!node.quoted && parse_whole(node.text, number)) return put(number);
    std::string hint = node.quoted ? "without the quotes" : range(kind);
    if (!node.quoted && looks_like_number(node.text) && !is_plain_number(node.text)) {
      hint = "decimal digits only: YAML readers differ on the rest";
    }
    wrong(node, std::string(to_string(kind)), hint);
  };
  switch (kind) {
    case Kind::i8:
      return read(std::int8_t{});
    case Kind::i16:
      return read(std::int16_t{});
    case Kind::i32:
      return read(std::int32_t{});
    case Kind::i64:
      return read(std::int64_t{});
    case Kind::u8:
      return read(std::uint8_t{});
    case Kind::u16:
      return read(std::uint16_t{});
    case Kind::u32:
      return read(std::uint32_t{});
    default:
      return read(std::uint64_t{});
  }
}

void ValueReader::floating(const Node& node, Kind kind) {
  const auto read = [&](auto number) {
    using Number = decltype(number);
    constexpr auto infinity = std::numeric_limits<Number>::infinity();
    if (node.quoted || !looks_like_number(node.text)) {
      wrong(node, std::string(to_string(kind)),
            node.quoted ? "without the quotes" : "such as 1.5, 1e-3, .inf, -.inf, .nan");
    } else if (node.text == ".nan") {
      put(std::numeric_limits<Number>::quiet_NaN());
    } else if (node.text == ".inf" || node.text == "-.inf") {
      put(node.text.front() == '-' ? -infinity : infinity);
    } else {
      const auto* const end = node.text.data() + node.text.size();
      const auto [stop, error] = std::from_chars(node.text.data(), end, number);
      if (error != std::errc() || stop != end || !is_plain_number(node.text)) {
        wrong(node, std::string(to_string(kind)),
              error == std::errc::result_out_of_range ? "it is too large or too small"
                                                      : "decimal digits only");
      }
      put(number);
    }
  };
  return kind == Kind::f32 ? read(float{}) : read(double{});
}

void ValueReader::text(const Node& node) {
  if (trapped(node)) return;
  if (!is_utf8(node.text)) {  // an escape such as "\ud800" can make it so
    wrong(node, "text that is UTF-8");
    return;
  }
  put_count(node.text.size());
  const auto bytes = as_bytes(node.text);
  out_.insert(out_.end(), bytes.begin(), bytes.end());
}

}  // namespace kameo::idl

#include "field_limits.hpp"

#include <kameo/base64.hpp>
#include <kameo/concat.hpp>
#include <kameo/pattern.hpp>
#include <kameo/schema/exact.hpp>
#include <kameo/schema/limits.hpp>

#include <algorithm>
#include <limits>

namespace kameo::json {
namespace {

using schema::Kind;
using schema::Limits;

bool number_keeps(Kind kind, const Limits& limits, const Value& value) {
  const auto* text = digits_of(value);
  const auto number = text == nullptr ? std::nullopt : schema::number_of(kind, *text);
  // "NaN" is within no limits, an infinity beyond those at its own side.
  if (!number && text != nullptr && *text == "Infinity") return !limits.max;
  if (!number && text != nullptr && *text == "-Infinity") return !limits.min;
  if (!number) return !limits.min && !limits.max;
  const auto bound = [kind](const std::string& written) {
    return *schema::number_of(kind, written);  // the checker has read it before
  };
  return (!limits.min || number->compare(bound(*limits.min)) >= 0) &&
         (!limits.max || number->compare(bound(*limits.max)) <= 0) &&
         (!limits.multiple_of || number->is_multiple_of(bound(*limits.multiple_of)));
}

bool counts(std::size_t size, const std::optional<std::uint64_t>& min,
            const std::optional<std::uint64_t>& max) {
  return (!min || size >= *min) && (!max || size <= *max);
}

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

bool text_keeps(Kind kind, const Limits& limits, const std::string& text) {
  const auto size = kind == Kind::string ? code_points(text) : from_base64(text)->size();
  return counts(size, limits.min_length, limits.max_length) &&
         (!limits.pattern || Pattern::of(*limits.pattern).matches(text));
}

bool has_order(Kind kind) {
  return schema::is_number(kind) || kind == Kind::decimal || kind == Kind::duration ||
         kind == Kind::timestamp;
}

}  // namespace

const std::string* digits_of(const Value& value) noexcept {
  if (const auto* number = value.number()) return &number->text;
  return value.string();
}

std::string integer_range(Kind kind) {
  const auto of = []<class Number>(Number) {
    return concat(std::numeric_limits<Number>::min(), "..", std::numeric_limits<Number>::max());
  };
  switch (kind) {
    case Kind::i8:
      return of(std::int8_t{});
    case Kind::i16:
      return of(std::int16_t{});
    case Kind::i32:
      return of(std::int32_t{});
    case Kind::i64:
      return of(std::int64_t{});
    case Kind::u8:
      return of(std::uint8_t{});
    case Kind::u16:
      return of(std::uint16_t{});
    case Kind::u32:
      return of(std::uint32_t{});
    case Kind::u64:
      return of(std::uint64_t{});
    default:
      return {};
  }
}

std::optional<std::string> broken_limit(const schema::Package& package, const schema::Type& type,
                                        const Limits& limits, const Value& value) {
  if (value.is_null() || limits == Limits{}) return std::nullopt;
  const auto& plain = schema::resolve(package, type);
  if (plain.kind == Kind::optional) return broken_limit(package, plain.args[0], limits, value);

  const auto keeps = [&] {
    if (has_order(plain.kind)) return number_keeps(plain.kind, limits, value);
    if (plain.kind == Kind::string || plain.kind == Kind::bytes) {
      return text_keeps(plain.kind, limits, *value.string());
    }
    const auto* items = value.array();
    const auto* members = value.object();
    const auto size = items != nullptr ? items->size() : members != nullptr ? members->size() : 0;
    return counts(size, limits.min_items, limits.max_items);
  };
  if (keeps()) return std::nullopt;
  return concat(schema::to_string(package, plain), schema::describe(limits, plain.kind));
}

}  // namespace kameo::json

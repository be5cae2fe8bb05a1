#include "field_limits.hpp"

#include <kameo/base64.hpp>
#include <kameo/concat.hpp>
#include <kameo/schema/exact.hpp>
#include <kameo/schema/pattern.hpp>

#include <algorithm>
#include <limits>

namespace kameo::json {
namespace {

using schema::Kind;
using schema::Limits;

bool number_keeps(Kind kind, const Limits& limits, const Value& value) {
  const auto* text = digits_of(value);
  const auto number = text == nullptr ? std::nullopt : schema::number_of(kind, *text);
  if (!number) return true;  // "NaN" and the infinities have no place in an order
  const auto bound = [kind](const std::string& written) {
    return *schema::number_of(kind, written);  // the checker has read it before
  };
  return (!limits.min || number->compare(bound(*limits.min)) >= 0) &&
         (!limits.max || number->compare(bound(*limits.max)) <= 0) &&
         (!limits.multiple_of || number->is_multiple_of(bound(*limits.multiple_of)));
}

/// "in 1..10000", "of at least 1", "of at most 9"; empty where neither is given.
template <class Bound>
std::string range(const std::optional<Bound>& min, const std::optional<Bound>& max) {
  if (min && max) return concat("in ", *min, "..", *max);
  if (min) return concat("of at least ", *min);
  if (max) return concat("of at most ", *max);
  return {};
}

std::string counted(const std::optional<std::uint64_t>& min,
                    const std::optional<std::uint64_t>& max, std::string_view what) {
  if (min && max) return concat("of ", *min, " to ", *max, " ", what);
  return concat(range(min, max), " ", what);
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

  const auto wanted = [&](std::string what) {
    return std::optional(concat(schema::to_string(package, plain), " ", what));
  };
  if (has_order(plain.kind) && !number_keeps(plain.kind, limits, value)) {
    auto text = range(limits.min, limits.max);
    if (limits.multiple_of) {
      text += concat(text.empty() ? "" : ", ", "a multiple of ", *limits.multiple_of);
    }
    return wanted(text);
  }
  if (plain.kind == Kind::string || plain.kind == Kind::bytes) {
    const auto& text = *value.string();
    const bool characters = plain.kind == Kind::string;
    const auto size = characters ? code_points(text) : from_base64(text)->size();
    if (!counts(size, limits.min_length, limits.max_length)) {
      return wanted(
          counted(limits.min_length, limits.max_length, characters ? "characters" : "bytes"));
    }
    if (limits.pattern && !schema::Pattern::parse(*limits.pattern).pattern->matches(text)) {
      return wanted(concat("like `", *limits.pattern, "`"));
    }
  }
  const auto* items = value.array();
  const auto* members = value.object();
  if (items != nullptr || members != nullptr) {
    const auto size = items != nullptr ? items->size() : members->size();
    if (!counts(size, limits.min_items, limits.max_items)) {
      return wanted(counted(limits.min_items, limits.max_items, "elements"));
    }
  }
  return std::nullopt;
}

}  // namespace kameo::json

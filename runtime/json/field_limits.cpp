#include "field_limits.hpp"

#include <kameo/concat.hpp>
#include <kameo/decimal.hpp>
#include <kameo/time.hpp>

#include "base64.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <regex>

namespace kameo::json {
namespace {

using schema::Kind;
using schema::Limits;

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr != end) return std::nullopt;
  return number;
}

/// -1, 0 or 1, as exact as the numbers are.
int compare(const Decimal& a, const Decimal& b) {
  const auto digits = [](Decimal number) {
    number.exponent = 0;
    number.negative = false;
    auto text = to_string(number);  // an exponent of 0 is written as plain digits
    text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
    return text;
  };
  auto left = digits(a);
  auto right = digits(b);
  if (left.empty() || right.empty()) {  // zero is neither negative nor positive
    const int sign_a = left.empty() ? 0 : (a.negative ? -1 : 1);
    const int sign_b = right.empty() ? 0 : (b.negative ? -1 : 1);
    return (sign_a > sign_b) - (sign_a < sign_b);
  }
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  const auto place_a = static_cast<int>(left.size()) + a.exponent;
  const auto place_b = static_cast<int>(right.size()) + b.exponent;
  const auto length = std::max(left.size(), right.size());
  left.resize(length, '0');
  right.resize(length, '0');
  const int larger = place_a != place_b ? (place_a > place_b ? 1 : -1) : left.compare(right);
  const int sign = (larger > 0) - (larger < 0);
  return a.negative ? -sign : sign;
}

/// The value as the number that its limits are about.
template <class Number>
bool within(const std::optional<Number>& value, const std::optional<Number>& min,
            const std::optional<Number>& max) {
  return !value || ((!min || *value >= *min) && (!max || *value <= *max));
}

template <class Number>
std::optional<Number> bound(const std::optional<std::string>& text) {
  return text ? number_from<Number>(*text) : std::nullopt;
}

template <class Number>
bool number_keeps(const Limits& limits, const std::string* text) {
  const auto value = text == nullptr ? std::nullopt : number_from<Number>(*text);
  if (!value) return true;  // "NaN" and infinities; other texts are none of this type
  if (!within(value, bound<Number>(limits.min), bound<Number>(limits.max))) return false;
  const auto step = bound<Number>(limits.multiple_of);
  if (!step || *step == 0) return true;
  if constexpr (std::is_floating_point_v<Number>) {
    // 0.3 is a multiple of 0.1 to whoever wrote these: rounding is not held against the value.
    const auto rest = std::abs(std::remainder(*value, *step));
    return rest <= 4 * std::numeric_limits<Number>::epsilon() * std::abs(*value);
  } else {
    return *value % *step == 0;
  }
}

template <class Parse>
auto parsed(const std::optional<std::string>& text, Parse&& parse) {
  using Number = std::decay_t<decltype(*parse(*text))>;
  if (text) {
    if (auto number = parse(*text)) return std::optional<Number>(*number);
  }
  return std::optional<Number>();
}

bool decimal_keeps(const Limits& limits, const std::string& text) {
  const auto value = parse_decimal(text);
  if (!value) return true;
  const auto min = parsed(limits.min, parse_decimal);
  const auto max = parsed(limits.max, parse_decimal);
  return (!min || compare(*value, *min) >= 0) && (!max || compare(*value, *max) <= 0);
}

bool duration_keeps(const Limits& limits, const std::string& text) {
  const auto value = parse_duration(text);
  if (!value) return true;
  const auto step = parsed(limits.multiple_of, parse_duration);
  return within<Duration>(*value, parsed(limits.min, parse_duration),
                          parsed(limits.max, parse_duration)) &&
         (!step || step->count() == 0 || value->count() % step->count() == 0);
}

bool timestamp_keeps(const Limits& limits, const std::string& text) {
  const auto value = parse_timestamp(text);
  return !value || within<Timestamp>(*value, parsed(limits.min, parse_timestamp),
                                     parsed(limits.max, parse_timestamp));
}

bool number_keeps(Kind kind, const Limits& limits, const Value& value) {
  const auto* text = digits_of(value);
  switch (kind) {
    case Kind::f32:
    case Kind::f64:
      return number_keeps<double>(limits, text);
    case Kind::u64:
      return number_keeps<std::uint64_t>(limits, text);
    case Kind::decimal:
      return decimal_keeps(limits, *value.string());
    case Kind::duration:
      return duration_keeps(limits, *value.string());
    case Kind::timestamp:
      return timestamp_keeps(limits, *value.string());
    default:
      return !schema::is_integer(kind) || number_keeps<std::int64_t>(limits, text);
  }
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

/// libstdc++'s matcher takes stack for each character: beyond this it is the reader's stack that
/// a long text would break.
constexpr std::size_t longest_matched = 4096;

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
  if (!number_keeps(plain.kind, limits, value)) {
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
    if (limits.pattern) {
      if (text.size() > longest_matched) {
        return wanted(concat("of at most ", longest_matched, " bytes, as it has a pattern"));
      }
      if (!std::regex_match(text, std::regex(*limits.pattern))) {
        return wanted(concat("like `", *limits.pattern, "`"));
      }
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

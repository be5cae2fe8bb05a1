#include "rules.hpp"

#include <kameo/schema/limits.hpp>
#include <kameo/time.hpp>

#include <charconv>

namespace kameo::python {
namespace {

using schema::Kind;
using Text = std::optional<std::string>;

// The IDL's checker has made sure that bounds fit; from elsewhere a bad text means no limit.

template <class Number>
std::optional<Number> number_of(const Text& text) {
  Number number{};
  if (!text) return std::nullopt;
  const auto end = text->data() + text->size();
  if (std::from_chars(text->data(), end, number).ptr != end) return std::nullopt;
  return number;
}

std::optional<std::int64_t> duration_of(const Text& text) {
  if (!text) return std::nullopt;
  const auto parsed = parse_duration(*text);
  return parsed ? std::optional(std::int64_t{parsed->count()}) : std::nullopt;
}

std::optional<std::int64_t> timestamp_of(const Text& text) {
  if (!text) return std::nullopt;
  const auto parsed = parse_timestamp(*text);
  return parsed ? std::optional(std::int64_t{parsed->time_since_epoch().count()}) : std::nullopt;
}

std::optional<Decimal> decimal_of(const Text& text) {
  if (!text) return std::nullopt;
  const auto parsed = parse_decimal(*text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

template <class Convert>
auto range_of(const schema::Limits& limits, Convert convert) {
  using Number = typename decltype(convert(limits.min))::value_type;
  return Rules::Range<Number>{convert(limits.min), convert(limits.max),
                              convert(limits.multiple_of)};
}

template <class Number>
bool allows(const Rules& rules, Number value) {
  const auto* range = std::get_if<Rules::Range<Number>>(&rules.range);
  if (range == nullptr) return true;
  if ((range->min && !(value >= *range->min)) || (range->max && !(value <= *range->max))) {
    return false;
  }
  if constexpr (std::is_integral_v<Number>) {
    return !range->step || *range->step == 0 || value % *range->step == 0;
  }
  return true;  // floats have no multiples
}

}  // namespace

bool Rules::allow(std::int64_t value) const {
  return allows(*this, value);
}
bool Rules::allow(std::uint64_t value) const {
  return allows(*this, value);
}
bool Rules::allow(double value) const {
  return allows(*this, value);
}

bool Rules::allow(const Decimal& value) const {
  const auto* bounds = std::get_if<Range<Decimal>>(&range);
  if (bounds == nullptr) return true;
  return (!bounds->min || compare(value, *bounds->min) >= 0) &&
         (!bounds->max || compare(value, *bounds->max) <= 0) &&
         (!bounds->step || is_multiple_of(value, *bounds->step));
}

bool Rules::allow_size(std::size_t size) const noexcept {
  return (!min_size || size >= *min_size) && (!max_size || size <= *max_size);
}

std::unique_ptr<Rules> make_rules(const schema::Limits& limits, Kind kind) {
  if (limits == schema::Limits{}) return nullptr;
  auto rules = std::make_unique<Rules>();
  if (limits.min || limits.max || limits.multiple_of) {
    if (kind == Kind::u64) {
      rules->range = range_of(limits, number_of<std::uint64_t>);
    } else if (schema::is_integer(kind)) {
      rules->range = range_of(limits, number_of<std::int64_t>);
    } else if (kind == Kind::f32 || kind == Kind::f64) {
      rules->range = range_of(limits, number_of<double>);
    } else if (kind == Kind::duration) {
      rules->range = range_of(limits, duration_of);
    } else if (kind == Kind::timestamp) {
      rules->range = range_of(limits, timestamp_of);
    } else if (kind == Kind::decimal) {
      rules->range = range_of(limits, decimal_of);
    }
  }
  const bool sized = kind == Kind::string || kind == Kind::bytes;
  rules->min_size = sized ? limits.min_length : limits.min_items;
  rules->max_size = sized ? limits.max_length : limits.max_items;
  rules->unique = limits.unique;
  if (limits.pattern) rules->pattern = Pattern::of(*limits.pattern);
  rules->text = schema::describe(limits, kind);
  return rules;
}

}  // namespace kameo::python

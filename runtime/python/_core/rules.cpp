#include "rules.hpp"

#include "values.hpp"

#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include <charconv>

namespace kameo::python {
namespace {

using schema::Kind;
using Text = std::optional<std::string>;

template <class Number>
std::optional<Number> number_of(const Text& text) {
  Number number{};
  if (!text) return std::nullopt;
  const auto end = text->data() + text->size();
  // The IDL's checker has made sure that it fits; from elsewhere a bad text means no limit.
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

template <class Convert>
auto range_of(const schema::Limits& limits, Convert convert) {
  using Number = typename decltype(convert(limits.min))::value_type;
  return Rules::Range<Number>{convert(limits.min), convert(limits.max),
                              convert(limits.multiple_of)};
}

template <class Bound>
std::string between(const std::optional<Bound>& min, const std::optional<Bound>& max) {
  if (min && max) return concat(*min, "..", *max);
  if (min) return concat(*min, " or more");
  if (max) return concat("up to ", *max);
  return {};
}

std::string describe(const schema::Limits& limits, Kind kind) {
  std::string text;
  const auto add = [&text](const auto&... parts) {
    text += concat(text.empty() ? " " : ", ", parts...);
  };
  if (limits.min || limits.max) add("in ", between(limits.min, limits.max));
  if (limits.multiple_of) add("a multiple of ", *limits.multiple_of);
  if (limits.min_length || limits.max_length) {
    add("of ", between(limits.min_length, limits.max_length),
        kind == Kind::bytes ? " bytes" : " characters");
  }
  if (limits.min_items || limits.max_items) {
    add("of ", between(limits.min_items, limits.max_items), " elements");
  }
  if (limits.pattern) add("matching `", *limits.pattern, "`");
  if (limits.unique) add("without equal elements");
  return text;
}

Ref compile_pattern(const std::string& pattern) {
  const Ref re(PyImport_ImportModule("re"));
  if (!re) return {};
  const Ref compiled(PyObject_CallMethod(re.get(), "compile", "s#", pattern.data(),
                                         static_cast<Py_ssize_t>(pattern.size())));
  return compiled ? Ref(PyObject_GetAttrString(compiled.get(), "fullmatch")) : Ref();
}

}  // namespace

std::unique_ptr<Rules> make_rules(const schema::Limits& limits, Kind kind, bool* failed) {
  *failed = false;
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
      if (limits.min) rules->decimal_min = decimal_from_text(*limits.min);
      if (limits.max) rules->decimal_max = decimal_from_text(*limits.max);
      *failed = PyErr_Occurred() != nullptr;
    }
  }
  const bool sized = kind == Kind::string || kind == Kind::bytes;
  rules->min_size = sized ? limits.min_length : limits.min_items;
  rules->max_size = sized ? limits.max_length : limits.max_items;
  rules->unique = limits.unique;
  if (limits.pattern) {
    rules->pattern = compile_pattern(*limits.pattern);
    *failed = *failed || !rules->pattern;
  }
  rules->text = describe(limits, kind);
  return rules;
}

}  // namespace kameo::python

#include "cpp/limits.hpp"

#include "cpp/spelling.hpp"

#include <kameo/decimal.hpp>
#include <kameo/time.hpp>

#include <charconv>

namespace kameo::codegen::cpp {
namespace {

using schema::Kind;

struct Constant {
  std::string type;
  std::string value;
};

template <class Number>
Number parse(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A bound is kept as the IDL's text, which the checker has read once: it is of the type.
Constant bound(const schema::Type& type, const std::string& text) {
  switch (type.kind) {
    case Kind::f32:
      return {"float", number(parse<float>(text))};
    case Kind::f64:
      return {"double", number(parse<double>(text))};
    case Kind::timestamp: {
      const auto at = parse_timestamp(text).value_or(Timestamp{});
      return {"kameo::Timestamp",
              concat("kameo::Timestamp{kameo::Duration{",
                     number(std::int64_t{at.time_since_epoch().count()}), "}}")};
    }
    case Kind::duration: {
      const auto length = parse_duration(text).value_or(Duration{});
      return {"kameo::Duration",
              concat("kameo::Duration{", number(std::int64_t{length.count()}), "}")};
    }
    case Kind::decimal: {
      const auto decimal = parse_decimal(text).value_or(Decimal{});
      return {"kameo::Decimal",
              concat("kameo::Decimal{", number(decimal.high), ", ", number(decimal.low), ", ",
                     decimal.exponent, ", ", decimal.negative, "}")};
    }
    case Kind::u8:
    case Kind::u16:
    case Kind::u32:
    case Kind::u64:
      return {concat("std::uint", to_string(type.kind).substr(1), "_t"),
              number(parse<std::uint64_t>(text))};
    default:
      return {concat("std::int", to_string(type.kind).substr(1), "_t"),
              number(parse<std::int64_t>(text))};
  }
}

}  // namespace

Data limit_constants(const schema::Package& package, const std::vector<schema::Field>& fields) {
  auto constants = list();
  for (const auto& field : fields) {
    const auto& limits = field.limits;
    // Limits of an optional are those of the value that it may hold.
    const auto* type = &schema::resolve(package, field.type);
    if (type->kind == Kind::optional) type = &schema::resolve(package, type->args[0]);

    const auto add = [&](std::string_view suffix, const Constant& constant) {
      Data entry;
      entry.set("type", constant.type);
      entry.set("name", concat(field.name, suffix));
      entry.set("value", constant.value);
      constants.push_back(entry);
    };
    const auto add_bound = [&](std::string_view suffix, const std::optional<std::string>& text) {
      if (text) add(suffix, bound(*type, *text));
    };
    const auto add_count = [&](std::string_view suffix, std::optional<std::uint64_t> count) {
      if (count) add(suffix, {"std::size_t", number(*count)});
    };
    add_bound("_min", limits.min);
    add_bound("_max", limits.max);
    add_bound("_multiple_of", limits.multiple_of);
    add_count("_min_length", limits.min_length);
    add_count("_max_length", limits.max_length);
    add_count("_min_items", limits.min_items);
    add_count("_max_items", limits.max_items);
    if (limits.pattern) add("_pattern", {"std::string_view", quoted(*limits.pattern)});
  }
  return constants;
}

}  // namespace kameo::codegen::cpp

#include "cpp/limits.hpp"

#include "cpp/spelling.hpp"
#include "layout.hpp"

#include <kameo/decimal.hpp>
#include <kameo/schema/limits.hpp>
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

/// What limits are about: of an optional, the value that it may hold.
const schema::Type& limited_type(const schema::Package& package, const schema::Type& type) {
  const auto& plain = schema::resolve(package, type);
  return plain.kind == Kind::optional ? schema::resolve(package, plain.args[0]) : plain;
}

/// A limit that has a constant, and what is told of it.
struct Told {
  std::string_view check;  ///< the function of kameo::Limited that takes it
  std::string_view rule;   ///< the member of kameo::testing::Rules that it sets
  std::string name;        ///< `Limits::size_min`
};

/// Those of a field, in the order of kameo::testing::Rules.
std::vector<Told> told_of(const schema::Field& field, const std::string& constants) {
  const auto& limits = field.limits;
  std::vector<Told> all;
  const auto add = [&](bool given, std::string_view check, std::string_view rule,
                       std::string_view suffix) {
    if (given) all.push_back({check, rule, concat(constants, "::", field.name, suffix)});
  };
  add(limits.min.has_value(), "at_least", "min", "_min");
  add(limits.max.has_value(), "at_most", "max", "_max");
  add(limits.multiple_of.has_value(), "multiple_of", "multiple_of", "_multiple_of");
  add(limits.min_length.has_value(), "shortest", "shortest", "_min_length");
  add(limits.min_items.has_value(), "shortest", "shortest", "_min_items");
  add(limits.max_length.has_value(), "longest", "longest", "_max_length");
  add(limits.max_items.has_value(), "longest", "longest", "_max_items");
  return all;
}

/// `.at_least(Limits::size_min)` and so on.
std::vector<std::string> calls_for(const schema::Field& field, const std::string& constants) {
  std::vector<std::string> calls;
  for (const auto& each : told_of(field, constants)) {
    calls.push_back(concat(".", each.check, "(", each.name, ")"));
  }
  if (field.limits.pattern) calls.push_back(concat(".matching(", field.name, "_pattern)"));
  if (field.limits.unique) calls.emplace_back(".unique()");
  return calls;
}

/// `kameo::Limited(…)` with its calls: on one line where it fits, else a line for each call.
std::string limited(const std::vector<std::string>& arguments,
                    const std::vector<std::string>& calls, std::size_t indent) {
  const std::string margin(indent, ' ');
  auto text = call(margin + "kameo::Limited(", arguments, ")");
  std::size_t length = text.size() + 1;
  for (const auto& each : calls) length += each.size();
  const auto separator = length <= 100 ? std::string() : concat("\n", margin, "    ");
  for (const auto& each : calls) text += separator + each;
  return text + ";";
}

}  // namespace

std::vector<std::string> limit_checks(const schema::Package& package, const LimitedTypes& types,
                                      const CheckedFields& checked) {
  std::vector<std::string> statements;
  const std::string margin(checked.indent, ' ');
  for (const auto& field : checked.fields) {
    if (!field.limits.pattern) continue;
    statements.push_back(concat(margin, "static const auto ", field.name,
                                "_pattern = kameo::Pattern::of(", checked.constants,
                                "::", field.name, "_pattern);"));
  }
  for (std::size_t i = 0; i < checked.fields.size(); ++i) {
    const auto& field = checked.fields[i];
    const auto name = quoted(checked.names[i]);
    const auto* secret = field.secret ? ", true" : "";
    if (field.limits != schema::Limits{}) {
      const auto& type = limited_type(package, field.type);
      const auto expected =
          concat(schema::to_string(package, type), schema::describe(field.limits, type.kind));
      std::vector<std::string> arguments{"check", name, checked.members[i], quoted(expected)};
      if (field.secret) arguments.emplace_back("true");
      statements.push_back(limited(arguments, calls_for(field, checked.constants), checked.indent));
    }
    if (types.reaches(field.type)) {
      statements.push_back(concat(margin, "kameo::check_inside(check, ", name, ", ",
                                  checked.members[i], secret, ");"));
    }
  }
  return statements;
}

std::vector<std::string> draw_statements(const CheckedFields& drawn) {
  std::vector<std::string> statements;
  const auto head = std::string(drawn.indent, ' ') + "from(";
  for (std::size_t i = 0; i < drawn.fields.size(); ++i) {
    const auto& field = drawn.fields[i];
    std::vector<std::string> rules;
    const auto add = [&rules](std::string_view rule, std::string_view value) {
      rules.push_back(concat(rules.empty() ? "{." : ".", rule, " = ", value));
    };
    for (const auto& each : told_of(field, drawn.constants)) add(each.rule, each.name);
    if (field.limits.pattern) add("pattern", concat(drawn.constants, "::", field.name, "_pattern"));
    if (field.limits.unique) add("unique", "true");
    auto line = call(concat(head, drawn.members[i], rules.empty() ? "" : ", "), rules,
                     rules.empty() ? ");" : "});");
    if (line.find('\n') != std::string::npos) {
      line =
          call(concat(head, drawn.members[i], ",\n", std::string(head.size(), ' ')), rules, "});");
    }
    statements.push_back(std::move(line));
  }
  return statements;
}

Data limit_constants(const schema::Package& package, const std::vector<schema::Field>& fields) {
  auto constants = list();
  for (const auto& field : fields) {
    const auto& limits = field.limits;
    const auto& type = limited_type(package, field.type);

    const auto add = [&](std::string_view suffix, const Constant& constant) {
      Data entry;
      entry.set("type", constant.type);
      entry.set("name", concat(field.name, suffix));
      entry.set("value", constant.value);
      constants.push_back(entry);
    };
    const auto add_bound = [&](std::string_view suffix, const std::optional<std::string>& text) {
      if (text) add(suffix, bound(type, *text));
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

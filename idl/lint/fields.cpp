#include <kameo/concat.hpp>
#include <kameo/schema/exact.hpp>

#include <algorithm>
#include <array>

#include "lint/rules.hpp"

namespace kameo::idl {
namespace {

using schema::Kind;

/// The 64-bit integers within a type as it is spelled; null where there is none.
const TypeExpr* wide_integer(const TypeExpr& type) {
  if (type.bad) return nullptr;
  if (type.kind == Kind::i64 || type.kind == Kind::u64) return &type;
  if (type.kind == Kind::numeric_array) return nullptr;  // a block of numbers, not for people
  for (const auto& arg : type.args) {
    if (const auto* found = wide_integer(arg)) return found;
  }
  return nullptr;
}

/// Whether the field's own limits keep it where a double is exact.
bool kept_small(const FieldDecl& field) {
  const auto* max = field.limits.max;
  if (max == nullptr || !max->is_scalar()) return false;
  const auto bound = schema::Exact::parse(max->text);
  return bound && bound->compare(*schema::Exact::parse("9007199254740991")) <= 0;
}

constexpr auto time_units =
    std::to_array<std::string_view>({"_us", "_ms", "_micros", "_millis", "_sec", "_secs",
                                     "_seconds", "_minutes", "_hours", "_days"});

void check_time(const FieldDecl& field, Report& report) {
  if (field.type.bad || !schema::is_number(field.type.kind)) return;
  const auto unit = std::find_if(time_units.begin(), time_units.end(), [&](std::string_view each) {
    return field.name.text.ends_with(each);
  });
  if (unit == time_units.end()) return;
  const auto shorter = field.name.text.substr(0, field.name.text.size() - unit->size());
  report
      .warning(Code::number_as_time, field.type.place,
               concat("field `", field.name.text, "` is a time as a number"))
      .hint(concat("`", shorter, ": duration` has its unit in the type"));
}

}  // namespace

void lint_fields(const LintInput& in, Report& report) {
  for_each_field(in.declared(), [&](const FieldDecl& field, const std::string&) {
    check_time(field, report);
    const auto* wide = wide_integer(field.type);
    if (wide == nullptr || kept_small(field)) return;
    report
        .warning(Code::wide_integer, wide->place,
                 concat("field `", field.name.text,
                        "` is a number in JSON up to 2^53 and a string beyond"))
        .hint("u32, string or a `max` would keep one form for all readers");
  });
}

}  // namespace kameo::idl

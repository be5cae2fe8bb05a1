#include <kameo/concat.hpp>
#include <kameo/schema/exact.hpp>

#include "comparison.hpp"

namespace kameo::evolution {
namespace {

using schema::Exact;

/// The kind that a field's limits are about: aliases followed, the optional taken off.
schema::Kind limited_kind(const schema::Package& package, const schema::Type& type) {
  const auto& outer = schema::resolve(package, type);
  return outer.kind == schema::Kind::optional ? schema::resolve(package, outer.args[0]).kind
                                              : outer.kind;
}

/// Whether a bound leaves out values that the one before let in. `sign` is 1 where higher bounds
/// leave out more.
bool tighter(schema::Kind kind, const std::optional<std::string>& was,
             const std::optional<std::string>& is, int sign) {
  if (!is) return false;
  if (!was) return true;
  const auto a = schema::number_of(kind, *was);
  const auto b = schema::number_of(kind, *is);
  if (!a || !b) return *was != *is;
  const auto order = b->compare(*a);
  return sign > 0 ? order > 0 : order < 0;
}

bool tighter_step(schema::Kind kind, const std::optional<std::string>& was,
                  const std::optional<std::string>& is) {
  if (!is) return false;
  if (!was) return true;
  const auto a = schema::number_of(kind, *was);
  const auto b = schema::number_of(kind, *is);
  if (!a || !b || b->is_zero()) return *was != *is;
  return !a->is_multiple_of(*b);
}

std::string shown(const std::optional<std::string>& limit) {
  return limit ? *limit : "none";
}
std::string shown(const std::optional<std::uint64_t>& limit) {
  return limit ? std::to_string(*limit) : "none";
}

}  // namespace

void compare_limits(Comparison& all, const schema::TypeDef& type, const std::string& of,
                    const schema::Field& was, const schema::Field& is) {
  const auto& a = was.limits;
  const auto& b = is.limits;
  if (a == b) return;
  const auto kind = limited_kind(all.after, is.type);
  const auto say = [&](std::string_view limit, const auto& before, const auto& after,
                       bool is_tighter) {
    if (before == after) return;
    auto routes = is_tighter ? all.routes.with(full_name(type)) : std::vector<std::string>();
    all.add(type, concat(of, ": `", limit, "` is ", shown(after), ", was ", shown(before)),
            std::move(routes), {});
  };
  const auto lower = [](const auto& before, const auto& after) {
    return after && (!before || *after > *before);
  };
  const auto upper = [](const auto& before, const auto& after) {
    return after && (!before || *after < *before);
  };
  say("min", a.min, b.min, tighter(kind, a.min, b.min, 1));
  say("max", a.max, b.max, tighter(kind, a.max, b.max, -1));
  say("multiple_of", a.multiple_of, b.multiple_of,
      tighter_step(kind, a.multiple_of, b.multiple_of));
  say("least length", a.min_length, b.min_length, lower(a.min_length, b.min_length));
  say("most length", a.max_length, b.max_length, upper(a.max_length, b.max_length));
  say("least items", a.min_items, b.min_items, lower(a.min_items, b.min_items));
  say("most items", a.max_items, b.max_items, upper(a.max_items, b.max_items));
  // Whether one pattern takes all that another takes is not decided here: another one may not.
  say("pattern", a.pattern, b.pattern, b.pattern.has_value());
  const auto flag = [](bool set) { return std::optional<std::string>(set ? "true" : "false"); };
  say("unique", flag(a.unique), flag(b.unique), b.unique);
}

}  // namespace kameo::evolution

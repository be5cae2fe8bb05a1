#include "same_type.hpp"

#include "reach.hpp"

namespace kameo::evolution {
namespace {

using schema::Kind;

/// Kinds that are one Python type share a number.
Kind python_kind(Kind kind) noexcept {
  if (schema::is_integer(kind)) return Kind::i64;
  if (kind == Kind::f32) return Kind::f64;
  return kind == Kind::fixed_array ? Kind::list : kind;
}

bool same(const TypeInTwo& types, bool python) {
  const auto& was = schema::resolve(types.before, types.was);
  const auto& is = schema::resolve(types.after, types.is);
  if (python ? python_kind(was.kind) != python_kind(is.kind) : was.kind != is.kind) return false;
  if (was.kind == Kind::named) {
    return full_name(types.before.types[was.ref]) == full_name(types.after.types[is.ref]);
  }
  if (was.args.size() != is.args.size() || (!python && was.dims != is.dims)) return false;
  // numpy's integers of one width are not those of another.
  const bool inside = python && was.kind != Kind::numeric_array;
  for (std::size_t i = 0; i < was.args.size(); ++i) {
    if (!same({types.before, was.args[i], types.after, is.args[i]}, inside)) return false;
  }
  return true;
}

}  // namespace

bool same_type(const TypeInTwo& types) {
  return same(types, false);
}

bool same_in_python(const TypeInTwo& types) {
  return same(types, true);
}

}  // namespace kameo::evolution

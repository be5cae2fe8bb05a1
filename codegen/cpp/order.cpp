#include "cpp/order.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace kameo::codegen::cpp {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;
using Index = std::uint32_t;

bool is_container(Kind kind) {
  return kind == Kind::list || kind == Kind::set || kind == Kind::map;
}

void collect(const Type& type, bool through_containers, std::vector<Index>& out) {
  if (type.kind == Kind::named) out.push_back(type.ref);
  if (is_container(type.kind) && !through_containers) return;
  for (const auto& arg : type.args) collect(arg, through_containers, out);
}

std::vector<Index> held_by(const TypeDef& def, bool through_containers) {
  std::vector<Index> out;
  if (def.form == TypeDef::Form::alias) collect(def.target, through_containers, out);
  for (const auto& field : def.fields) collect(field.type, through_containers, out);
  for (const auto& variant : def.variants) {
    for (const auto& field : variant.fields) collect(field.type, through_containers, out);
  }
  return out;
}

}  // namespace

Order::Order(const schema::Package& package) : package_(package) {
  for (const auto& def : package.types) {
    by_value_.edges.push_back(held_by(def, false));
    mentions_.edges.push_back(held_by(def, true));
  }
  by_value_.find_components();
  mentions_.find_components();
  find_orders();
  find_trivial();
  find_default_variants();
  sort_types();
}

// Tarjan's strongly connected components.
void Order::Graph::find_components() {
  const auto size = edges.size();
  constexpr auto unseen = std::numeric_limits<Index>::max();
  component.assign(size, unseen);
  in_cycle.assign(size, false);
  std::vector<Index> number(size, unseen);
  std::vector<Index> low(size, 0);
  std::vector<Index> open;
  Index next = 0;

  const std::function<void(Index)> visit = [&](Index at) {
    number[at] = low[at] = next++;
    open.push_back(at);
    for (const auto held : edges[at]) {
      if (number[held] == unseen) {
        visit(held);
        low[at] = std::min(low[at], low[held]);
      } else if (component[held] == unseen) {
        low[at] = std::min(low[at], number[held]);
      }
      if (held == at) in_cycle[at] = true;
    }
    if (low[at] != number[at]) return;
    const bool several = open.back() != at;
    for (Index member = unseen; member != at;) {
      member = open.back();
      open.pop_back();
      component[member] = at;
      if (several) in_cycle[member] = true;
    }
  };
  for (Index i = 0; i < size; ++i) {
    if (number[i] == unseen) visit(i);
  }
}

void Order::find_orders() {
  // 0 not looked at, 1 being looked at (a cycle has no order: Box has none), 2 yes, 3 no
  std::vector<int> state(package_.types.size(), 0);
  std::function<bool(Index)> of_def;
  const std::function<bool(const Type&)> of_type = [&](const Type& type) {
    if (type.kind == Kind::decimal || type.kind == Kind::numeric_array) return false;
    if (type.kind == Kind::named) return of_def(type.ref);
    return std::all_of(type.args.begin(), type.args.end(), of_type);
  };
  const auto of_fields = [&](const std::vector<schema::Field>& fields) {
    return std::all_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return of_type(field.type); });
  };
  of_def = [&](Index index) {
    if (state[index] != 0) return state[index] == 2;
    state[index] = 1;
    const auto& def = package_.types[index];
    const bool yes = !is_recursive(index) &&
                     (def.form != TypeDef::Form::alias || of_type(def.target)) &&
                     of_fields(def.fields) &&
                     std::all_of(def.variants.begin(), def.variants.end(),
                                 [&](const auto& variant) { return of_fields(variant.fields); });
    state[index] = yes ? 2 : 3;
    return yes;
  };
  for (Index i = 0; i < package_.types.size(); ++i) ordered_.push_back(of_def(i));
}

// From the leaves up: one that holds itself stays what it was taken for at first, not trivial.
void Order::find_trivial() {
  trivial_.assign(package_.types.size(), false);
  for (bool found = true; found;) {
    found = false;
    for (Index i = 0; i < trivial_.size(); ++i) {
      const auto& def = package_.types[i];
      const bool yes = def.form == TypeDef::Form::enumeration ||
                       (def.form == TypeDef::Form::structure && copies_trivially(def.fields)) ||
                       (def.form == TypeDef::Form::alias && copies_trivially(def.target));
      if (!yes || trivial_[i]) continue;
      trivial_[i] = found = true;
    }
  }
}

bool Order::copies_trivially(const std::vector<schema::Field>& fields) const {
  return std::all_of(fields.begin(), fields.end(),
                     [this](const auto& field) { return copies_trivially(field.type); });
}

bool Order::copies_trivially(const Type& type) const {
  switch (type.kind) {
    case Kind::string:
    case Kind::bytes:
    case Kind::list:
    case Kind::set:
    case Kind::map:
    case Kind::numeric_array:
    case Kind::tuple:  // std::tuple assigns in a way of its own, whatever it holds
      return false;
    case Kind::named:
      return trivial_[type.ref];
    case Kind::optional:
    case Kind::fixed_array:
      return copies_trivially(type.args[0]);
    default:
      return true;
  }
}

void Order::sort_types() {
  const auto& all = package_.types;
  const auto is_ours = [&](Index index) { return all[index].package == package_.name; };
  std::vector<bool> written(all.size(), false);

  const std::function<void(Index)> write = [&](Index index) {
    if (written[index] || !is_ours(index)) return;
    written[index] = true;
    for (const auto held : by_value_.edges[index]) {
      if (!needs_box(index, held)) write(held);
    }
    // An alias has no forward declaration, so those in containers come first as well.
    for (const auto mentioned : mentions_.edges[index]) {
      if (all[mentioned].form == TypeDef::Form::alias) write(mentioned);
    }
    types_.push_back(index);
  };
  for (Index i = 0; i < all.size(); ++i) {
    if (all[i].form == TypeDef::Form::enumeration) write(i);
  }
  for (Index i = 0; i < all.size(); ++i) write(i);

  std::fill(written.begin(), written.end(), false);
  for (const auto index : types_) {
    for (const auto mentioned : mentions_.edges[index]) {
      const bool known = written[mentioned] || !is_ours(mentioned) || mentioned == index;
      const bool self_in_union =
          mentioned == index && all[index].form == TypeDef::Form::tagged_union;
      if ((!known || self_in_union) && all[mentioned].form != TypeDef::Form::alias &&
          std::find(forward_.begin(), forward_.end(), mentioned) == forward_.end()) {
        forward_.push_back(mentioned);
      }
    }
    written[index] = true;
  }
}

// A default-made union must not hold itself without end, so the variants that end are found from
// the leaves up: in each round the types whose parts are all known to end.
void Order::find_default_variants() {
  const auto size = package_.types.size();
  default_variant_.assign(size, 0);
  std::vector<bool> ends(size, false);
  const std::function<bool(const Type&)> type_ends = [&](const Type& type) {
    if (type.kind == Kind::optional || is_container(type.kind)) return true;  // made empty
    if (type.kind == Kind::named) return bool{ends[type.ref]};
    return std::all_of(type.args.begin(), type.args.end(), type_ends);
  };
  const auto fields_end = [&](const std::vector<schema::Field>& fields) {
    return std::all_of(fields.begin(), fields.end(),
                       [&](const auto& field) { return type_ends(field.type); });
  };
  const auto def_ends = [&](Index index) {
    const auto& def = package_.types[index];
    if (def.form == TypeDef::Form::alias) return type_ends(def.target);
    if (def.form != TypeDef::Form::tagged_union) return fields_end(def.fields);
    for (Index i = 0; i < def.variants.size(); ++i) {
      if (!fields_end(def.variants[i].fields)) continue;
      default_variant_[index] = i;
      return true;
    }
    return false;
  };
  for (bool found = true; found;) {
    found = false;
    const auto before = ends;
    for (Index i = 0; i < size; ++i) {
      if (before[i] || !def_ends(i)) continue;
      ends[i] = found = true;
    }
  }
}

}  // namespace kameo::codegen::cpp

#include "python/schema_module.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace kameo::codegen::python {
namespace {

using schema::Package;
using schema::Type;
using schema::TypeDef;
using Index = std::uint32_t;

template <class Visit>
void for_each_type(TypeDef& def, const Visit& visit) {
  for (auto& field : def.fields) visit(field.type);
  for (auto& variant : def.variants) {
    for (auto& field : variant.fields) visit(field.type);
  }
  visit(def.target);
}

template <class Visit>
void for_each_name(Type& type, const Visit& visit) {
  if (type.kind == schema::Kind::named) visit(type.ref);
  for (auto& arg : type.args) for_each_name(arg, visit);
}

void reach(const Package& all, Index index, std::vector<bool>& reached) {
  if (reached[index]) return;
  reached[index] = true;
  auto def = all.types[index];
  for_each_type(def, [&](Type& type) {
    for_each_name(type, [&](Index& name) { reach(all, name, reached); });
  });
}

void drop_texts(TypeDef& def) {
  const auto drop = [](auto& documented) {
    documented.doc.clear();
    documented.deprecated.clear();
  };
  drop(def);
  def.line = 0;
  for (auto& field : def.fields) drop(field);
  for (auto& value : def.values) drop(value);
  for (auto& variant : def.variants) {
    drop(variant);
    for (auto& field : variant.fields) drop(field);
  }
}

}  // namespace

Package types_alone(const Package& all, const std::string& package) {
  std::vector<bool> reached(all.types.size());
  for (Index i = 0; i < all.types.size(); ++i) {
    if (all.types[i].package == package) reach(all, i, reached);
  }
  std::vector<Index> order;
  for (Index i = 0; i < all.types.size(); ++i) {
    if (reached[i]) order.push_back(i);
  }
  // By name: the order of declaration depends on which file imports which first.
  std::sort(order.begin(), order.end(), [&](Index a, Index b) {
    const auto key = [&](Index i) { return std::tie(all.types[i].package, all.types[i].name); };
    return key(a) < key(b);
  });
  std::vector<Index> place(all.types.size());
  for (Index i = 0; i < order.size(); ++i) place[order[i]] = i;

  Package alone;
  alone.name = package;
  for (const auto index : order) {
    auto& def = alone.types.emplace_back(all.types[index]);
    drop_texts(def);
    for_each_type(
        def, [&](Type& type) { for_each_name(type, [&](Index& name) { name = place[name]; }); });
  }
  return alone;
}

}  // namespace kameo::codegen::python

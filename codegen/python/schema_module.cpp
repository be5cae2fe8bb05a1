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

void drop(auto& documented) {
  documented.doc.clear();
  if constexpr (requires { documented.deprecated; }) documented.deprecated.clear();
}

void drop_texts(TypeDef& def) {
  drop(def);
  def.line = 0;
  for (auto& field : def.fields) drop(field);
  for (auto& value : def.values) drop(value);
  for (auto& variant : def.variants) {
    drop(variant);
    for (auto& field : variant.fields) drop(field);
  }
}

/// Takes what one package needs out of all, with indices of its own.
class Alone {
 public:
  Alone(const Package& all, const std::string& package)
      : all_(all), package_(package), types_(all.types.size()), modules_(all.modules.size()) {}

  Package take() {
    for (Index i = 0; i < all_.types.size(); ++i) {
      if (all_.types[i].package == package_) reach(all_, i, types_);
    }
    for (Index i = 0; i < all_.modules.size(); ++i) {
      modules_[i] = all_.modules[i].package == package_;
    }
    for (const auto& actor : all_.actors) {
      if (actor.package != package_) continue;
      reach(all_, actor.config, types_);
      for (const auto used : actor.uses) modules_[used] = true;
      for (const auto& handler : actor.handlers) reach_method(handler);
    }
    for (Index i = 0; i < all_.modules.size(); ++i) {
      if (!modules_[i]) continue;
      for (const auto& callback : all_.modules[i].callbacks) reach_method(callback);
    }
    // By name: the order of declaration depends on which file imports which first.
    const auto type_order = order_of(all_.types, types_, type_place_);
    const auto module_order = order_of(all_.modules, modules_, module_place_);

    Package alone;
    alone.name = package_;
    for (const auto index : type_order) {
      auto& def = alone.types.emplace_back(all_.types[index]);
      drop_texts(def);
      for_each_type(def, [this](Type& type) { renumber(type); });
    }
    for (const auto index : module_order) {
      auto& module = alone.modules.emplace_back(all_.modules[index]);
      drop(module);
      module.line = 0;
      for (auto& callback : module.callbacks) renumber(callback);
    }
    for (const auto& each : all_.actors) {
      if (each.package != package_) continue;
      auto& actor = alone.actors.emplace_back(each);
      drop(actor);
      actor.line = 0;
      actor.config = type_place_[actor.config];
      for (auto& used : actor.uses) used = module_place_[used];
      for (auto& handler : actor.handlers) renumber(handler);
    }
    return alone;
  }

 private:
  void reach_type(Type type) {
    for_each_name(type, [this](Index& name) { reach(all_, name, types_); });
  }
  void reach_method(const schema::Method& method) {
    reach(all_, method.request, types_);
    if (method.answer != schema::Answer::none) reach_type(method.output);
    if (method.input_stream) reach_type(*method.input_stream);
    for (const auto error : method.errors) reach(all_, error, types_);
  }

  template <class Item>
  static std::vector<Index> order_of(const std::vector<Item>& all, const std::vector<bool>& chosen,
                                     std::vector<Index>& place) {
    std::vector<Index> order;
    for (Index i = 0; i < all.size(); ++i) {
      if (chosen[i]) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](Index a, Index b) {
      return std::tie(all[a].package, all[a].name) < std::tie(all[b].package, all[b].name);
    });
    place.resize(all.size());
    for (Index i = 0; i < order.size(); ++i) place[order[i]] = i;
    return order;
  }

  void renumber(Type& type) const {
    for_each_name(type, [this](Index& name) { name = type_place_[name]; });
  }
  void renumber(schema::Method& method) const {
    drop(method);
    method.line = 0;
    method.request = type_place_[method.request];
    if (method.answer == schema::Answer::none) method.output = {};
    renumber(method.output);
    if (method.input_stream) renumber(*method.input_stream);
    for (auto& error : method.errors) error = type_place_[error];
  }

  const Package& all_;
  const std::string& package_;
  std::vector<bool> types_;
  std::vector<bool> modules_;
  std::vector<Index> type_place_;
  std::vector<Index> module_place_;
};

}  // namespace

Package package_alone(const Package& all, const std::string& package) {
  return Alone(all, package).take();
}

}  // namespace kameo::codegen::python

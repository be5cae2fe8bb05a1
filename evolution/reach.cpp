#include "reach.hpp"

#include <kameo/concat.hpp>
#include <kameo/schema/routes.hpp>

namespace kameo::evolution {
namespace {

/// Follows types to all that they name.
class Reach {
 public:
  explicit Reach(const schema::Package& package) : package_(package) {}

  void type(const schema::Type& type) {
    if (type.kind == schema::Kind::named) named(type.ref);
    for (const auto& arg : type.args) this->type(arg);
  }

  void named(std::uint32_t index) {
    const auto& def = package_.types[index];
    if (!found_.insert(full_name(def)).second) return;
    if (def.form == schema::TypeDef::Form::alias) type(def.target);
    for (const auto& field : def.fields) type(field.type);
    for (const auto& variant : def.variants) {
      for (const auto& field : variant.fields) type(field.type);
    }
  }

  void method(const schema::Method& method) {
    named(method.request);
    if (method.answer != schema::Answer::none) type(method.output);
    if (method.input_stream) type(*method.input_stream);
    for (const auto error : method.errors) named(error);
  }

  [[nodiscard]] std::set<std::string> take() { return std::move(found_); }

 private:
  const schema::Package& package_;
  std::set<std::string> found_;
};

}  // namespace

std::map<std::string, Route> routes_of(const schema::Package& package) {
  std::map<std::string, Route> routes;
  const auto add = [&](const std::string& owner, const schema::Method& method) {
    Reach reach(package);
    reach.method(method);
    const auto name = concat(owner, ".", method.name);
    routes[name] = {name, schema::fingerprint(package, method), reach.take()};
  };
  for (const auto& module : package.modules) {
    for (const auto& callback : module.callbacks) add(full_name(module), callback);
  }
  for (const auto& actor : package.actors) {
    for (const auto& handler : actor.handlers) add(full_name(actor), handler);
    Reach reach(package);
    reach.named(actor.config);
    const auto name = full_name(actor) + " config";
    routes[name] = {name, schema::fingerprint(package, actor.config), reach.take()};
  }
  return routes;
}

std::vector<std::string> Routes::changed_with(const std::string& type) const {
  return select(type, true);
}

std::vector<std::string> Routes::with(const std::string& type) const {
  return select(type, false);
}

bool Routes::changed_of(const std::string& route) const {
  const auto before = before_.find(route);
  const auto after = after_.find(route);
  return before != before_.end() && after != after_.end() &&
         before->second.fingerprint != after->second.fingerprint;
}

std::vector<std::string> Routes::select(const std::string& type, bool only_changed) const {
  std::vector<std::string> names;
  for (const auto& [name, before] : before_) {
    const auto after = after_.find(name);
    if (after == after_.end()) continue;  // told as a route that is gone
    if (only_changed && before.fingerprint == after->second.fingerprint) continue;
    if (before.types.contains(type) || after->second.types.contains(type)) names.push_back(name);
  }
  return names;
}

}  // namespace kameo::evolution

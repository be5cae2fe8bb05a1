#include "reach.hpp"

#include <kameo/concat.hpp>
#include <kameo/schema/conversion.hpp>
#include <kameo/schema/difference.hpp>
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
    routes[name] = {&method, 0, schema::fingerprint(package, method), reach.take()};
  };
  for (const auto& module : package.modules) {
    for (const auto& callback : module.callbacks) add(full_name(module), callback);
  }
  for (const auto& actor : package.actors) {
    for (const auto& handler : actor.handlers) add(full_name(actor), handler);
    Reach reach(package);
    reach.named(actor.config);
    const auto name = full_name(actor) + " config";
    routes[name] = {nullptr, actor.config, schema::fingerprint(package, actor.config),
                    reach.take()};
  }
  return routes;
}

Routes::Routes(const schema::Package& before, const schema::Package& after)
    : before_(routes_of(before)), after_(routes_of(after)) {
  for (const auto& [name, was] : before_) {
    const auto found = after_.find(name);
    if (found == after_.end()) continue;  // told as a route that is gone
    const auto& is = found->second;
    const auto conflict =
        was.method != nullptr
            ? schema::first_conflict(before, *was.method, after, *is.method)
            : schema::first_conflict(before, schema::named_type(was.config), after,
                                     schema::named_type(is.config), "config");
    fates_[name] = was.fingerprint == is.fingerprint ? Fate::unchanged
                   : conflict.empty()                ? Fate::translated
                                                     : Fate::refused;
  }
}

Fate Routes::fate_of(const std::string& route) const {
  const auto found = fates_.find(route);
  return found == fates_.end() ? Fate::refused : found->second;
}

bool Routes::reaches(const std::string& route, const std::string& type) const {
  return before_.at(route).types.contains(type) || after_.at(route).types.contains(type);
}

std::vector<std::string> Routes::with(const std::string& type, Fate wanted) const {
  std::vector<std::string> names;
  for (const auto& [name, fate] : fates_) {
    if (fate == wanted && reaches(name, type)) names.push_back(name);
  }
  return names;
}

std::vector<std::string> Routes::with(const std::string& type) const {
  std::vector<std::string> names;
  for (const auto& [name, unused] : fates_) {
    if (reaches(name, type)) names.push_back(name);
  }
  return names;
}

}  // namespace kameo::evolution

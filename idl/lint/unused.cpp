#include <kameo/concat.hpp>

#include <algorithm>
#include <set>

#include "lint/rules.hpp"

namespace kameo::idl {
namespace {

/// The types that some message or config is made of.
class Reached {
 public:
  explicit Reached(const schema::Package& package) : package_(package) {
    for (const auto& module : package.modules) {
      for (const auto& callback : module.callbacks) method(callback);
    }
    for (const auto& actor : package.actors) {
      named(actor.config);
      for (const auto& handler : actor.handlers) method(handler);
    }
  }

  [[nodiscard]] bool has(std::size_t type) const { return found_.contains(type); }

 private:
  void method(const schema::Method& method) {
    named(method.request);
    if (method.answer != schema::Answer::none) type(method.output);
    if (method.input_stream) type(*method.input_stream);
    for (const auto error : method.errors) named(error);
  }
  void type(const schema::Type& used) {
    if (used.kind == schema::Kind::named) named(used.ref);
    for (const auto& arg : used.args) type(arg);
  }
  void named(std::size_t index) {
    if (!found_.insert(index).second) return;
    const auto& def = package_.types[index];
    if (def.form == schema::TypeDef::Form::alias) type(def.target);
    for (const auto& field : def.fields) type(field.type);
    for (const auto& variant : def.variants) {
      for (const auto& field : variant.fields) type(field.type);
    }
  }

  const schema::Package& package_;
  std::set<std::size_t> found_;
};

/// Every name of a type or module that the file spells.
std::set<std::string> spelled_names(const LintInput& in) {
  std::set<std::string> names;
  const auto add = [&](const auto& self, const TypeExpr& expr) -> void {
    if (!expr.name.empty()) names.insert(expr.name);
    for (const auto& arg : expr.args) self(self, arg);
  };
  const auto type = [&](const TypeExpr& expr) { add(add, expr); };
  const auto request = [&](const StructUse& use) {
    if (use.named) type(*use.named);
  };
  const auto method = [&](const MethodDecl& each) {
    request(each.request);
    type(each.output);
    if (each.input) type(*each.input);
    for (const auto& error : each.errors) type(error);
  };
  const auto& file = in.declared();
  for_each_field(file, [&](const FieldDecl& field, const std::string&) { type(field.type); });
  for (const auto& each : file.types) type(each.target);
  for (const auto& module : file.modules) {
    for (const auto& callback : module.callbacks) method(callback);
  }
  for (const auto& actor : file.actors) {
    for (const auto& used : actor.uses) names.insert(used.text);
    request(actor.config);
    for (const auto& handler : actor.handlers) method(handler);
  }
  return names;
}

void lint_imports(const LintInput& in, Report& report) {
  const auto spelled = spelled_names(in);
  const auto& file = in.files[in.file];
  for (std::size_t i = 0; i < file.imports.size(); ++i) {
    const auto index = file.imports[i];
    const auto& imported = in.files[index].declared;
    const bool same_package = imported.package.text == file.declared.package.text;
    const auto is_spelled = [&](const std::string& name) {
      return spelled.contains(concat(imported.package.text, ".", name)) ||
             (same_package && spelled.contains(name));
    };
    bool used = std::any_of(imported.modules.begin(), imported.modules.end(),
                            [&](const ModuleDecl& each) { return is_spelled(each.name.text); });
    for (std::size_t type = 0; !used && type < in.draft.origins.size(); ++type) {
      used = in.draft.origins[type].file == index && is_spelled(in.draft.package.types[type].name);
    }
    if (used) continue;
    const auto& name = file.declared.imports[i];
    report
        .warning(Code::unused_import, name.place,
                 concat("nothing of `", name.text, "` is used here"))
        .hint("delete the import");
  }
}

}  // namespace

void lint_unused(const LintInput& in, Report& report) {
  const auto& package = in.draft.package;
  lint_imports(in, report);
  // A file of types alone is there for others to import.
  if (package.actors.empty() && package.modules.empty()) return;
  const Reached reached(package);
  for (std::size_t i = 0; i < in.draft.origins.size(); ++i) {
    const auto& origin = in.draft.origins[i];
    if (origin.declared == nullptr || origin.file != in.file || reached.has(i)) continue;
    report
        .warning(Code::unused_type, origin.name.place,
                 concat("no message and no config holds type `", origin.name.text, "`"))
        .hint("delete it, or say `# lint: off unused_type` behind it");
  }
  if (package.actors.empty()) return;
  std::set<std::uint32_t> used;
  for (const auto& actor : package.actors) used.insert(actor.uses.begin(), actor.uses.end());
  for (const auto& module : in.declared().modules) {
    for (std::uint32_t i = 0; i < package.modules.size(); ++i) {
      const auto& each = package.modules[i];
      if (each.name != module.name.text || each.package != in.declared().package.text) continue;
      if (used.contains(i)) continue;
      report
          .warning(Code::unused_module, module.name.place,
                   concat("no actor uses callback module `", module.name.text, "`"))
          .hint("name it under `uses` of an actor");
    }
  }
}

}  // namespace kameo::idl

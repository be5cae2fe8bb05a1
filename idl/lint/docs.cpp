#include <kameo/concat.hpp>

#include "lint/rules.hpp"

namespace kameo::idl {

void lint_docs(const LintInput& in, Report& report) {
  const auto check = [&](std::string_view what, const auto& declared) {
    if (!declared.doc.empty()) return;
    report
        .warning(Code::missing_doc, declared.name.place,
                 concat(what, " `", declared.name.text, "` has no `doc`"))
        .hint("it would stand in the generated code, where its users read it");
  };
  for (const auto& type : in.declared().types) check("type", type);
  for (const auto& module : in.declared().modules) check("callback module", module);
  for (const auto& actor : in.declared().actors) check("actor", actor);
}

void lint_deprecated(const LintInput& in, Report& report) {
  const auto& package = in.draft.package;
  for (const auto& [spelled, type] : in.draft.uses) {
    if (spelled->place.source != in.files[in.file].source.get()) continue;
    const auto walk = [&](const auto& self, const TypeExpr& expr,
                          const schema::Type& used) -> void {
      if (used.kind == schema::Kind::named && !package.types[used.ref].deprecated.empty()) {
        const auto& def = package.types[used.ref];
        report
            .warning(Code::deprecated_use, expr.place,
                     concat("type `", def.name, "` is deprecated: ", def.deprecated))
            .note(in.draft.origins[used.ref].name.place, "it is declared here");
      }
      for (std::size_t i = 0; i < expr.args.size() && i < used.args.size(); ++i) {
        self(self, expr.args[i], used.args[i]);
      }
    };
    walk(walk, *spelled, type);
  }
}

}  // namespace kameo::idl

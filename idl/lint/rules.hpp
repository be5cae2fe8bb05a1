#pragma once

#include "draft.hpp"
#include "report.hpp"

namespace kameo::idl {

/// What a rule looks at: one file of a draft that has no errors.
struct LintInput {
  const std::vector<LoadedFile>& files;
  const Draft& draft;
  std::uint32_t file;  ///< the one that is judged

  [[nodiscard]] const FileDecl& declared() const { return files[file].declared; }
};

void lint_docs(const LintInput& in, Report& report);
void lint_unused(const LintInput& in, Report& report);
void lint_names(const LintInput& in, Report& report);
void lint_fields(const LintInput& in, Report& report);
void lint_deprecated(const LintInput& in, Report& report);

/// Calls `visit` with each field of the file: of structs, variants, requests and configs; `of` is
/// the name of the type that it belongs to, empty for a made one.
template <class Visit>
void for_each_field(const FileDecl& file, Visit visit) {
  const auto all = [&](const std::vector<FieldDecl>& fields, const std::string& of) {
    for (const auto& field : fields) visit(field, of);
  };
  for (const auto& type : file.types) {
    all(type.fields, type.name.text);
    for (const auto& variant : type.variants) all(variant.fields, "");
  }
  for (const auto& module : file.modules) {
    for (const auto& method : module.callbacks) all(method.request.fields, "");
  }
  for (const auto& actor : file.actors) {
    all(actor.config.fields, "");
    for (const auto& method : actor.handlers) all(method.request.fields, "");
  }
}

}  // namespace kameo::idl

#include "names.hpp"

#include <kameo/concat.hpp>

#include "lint/rules.hpp"

namespace kameo::idl {
namespace {

class RepeatedNames {
 public:
  explicit RepeatedNames(Report& report) : report_(report) {}

  /// `name` and what is around it are snake_case here; `shown` is the name as it is written.
  void check(const Name& name, std::string_view what, const std::string& around,
             std::string_view around_what) {
    const auto snake = snake_case(name.text).empty() ? name.text : snake_case(name.text);
    const auto prefix = around + "_";
    if (around.empty() || !snake.starts_with(prefix)) return;
    const auto rest = snake.substr(prefix.size());
    if (rest.empty() || (rest.front() >= '0' && rest.front() <= '9')) return;
    const bool pascal = name.text.front() >= 'A' && name.text.front() <= 'Z';
    report_
        .warning(Code::repeated_name, name.place,
                 concat(what, " `", name.text, "` repeats the name of its ", around_what))
        .hint(concat("`", pascal ? pascal_case(rest) : rest,
                     "` says the same: the other name always stands before it"));
  }

 private:
  Report& report_;
};

}  // namespace

void lint_names(const LintInput& in, Report& report) {
  RepeatedNames names(report);
  const auto& file = in.declared();
  const auto package = file.package.text.substr(file.package.text.rfind('.') + 1);
  for (const auto& type : file.types) {
    names.check(type.name, "type", package, "package");
    const auto around = snake_case(type.name.text);
    for (const auto& value : type.values) names.check(value.name, "enum value", around, "enum");
    for (const auto& variant : type.variants) {
      names.check(variant.name, "variant", around, "union");
    }
    for (const auto& field : type.fields) names.check(field.name, "field", around, "struct");
  }
  for (const auto& actor : file.actors) names.check(actor.name, "actor", package, "package");
  for (const auto& module : file.modules) {
    for (const auto& callback : module.callbacks) {
      names.check(callback.name, "callback", module.name.text, "module");
    }
  }
}

}  // namespace kameo::idl

#include <kameo/concat.hpp>

#include "draft.hpp"
#include "names.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace kameo::idl {
namespace {

/// A name that generated code or the API has for itself where a schema's name would stand.
struct Taken {
  std::string_view name;
  std::string_view why;
};

// docs/idl.md, "Names that are taken". Members of the generated Python package.
constexpr std::array module_names{
    Taken{"callback_handle", "the dynamic call of the Python package"},
    Taken{"progress", "a function of the Python package"},
    Taken{"testing", "a module of the Python package"},
    Taken{"strategies", "a module of the Python package"},
    Taken{"kameo", "the Python package itself"},
    Taken{"std", "the C++ standard library"}};
// What a handler class of Python and the C++ refs and bases have of their own.
constexpr std::array handler_names{Taken{"on_start", "what kameo calls when the actor starts"},
                                   Taken{"on_stop", "what kameo calls when the actor stops"},
                                   Taken{"ask", "a member of every ref"},
                                   Taken{"tell", "a member of every ref"},
                                   Taken{"stream", "a member of every ref"},
                                   Taken{"stop", "a member of every ref"},
                                   Taken{"name", "a member of every ref"},
                                   Taken{"ref", "a member of every ref"}};
constexpr std::array field_names{Taken{"self", "the object itself in Python"},
                                 Taken{"from_dict", "a method of the generated class"},
                                 Taken{"to_dict", "a method of the generated class"},
                                 Taken{"from_json", "a method of the generated class"},
                                 Taken{"to_json", "a method of the generated class"}};

class GeneratedNames {
 public:
  explicit GeneratedNames(Report& report) : report_(report) {}

  template <std::size_t N>
  void refuse(const std::array<Taken, N>& taken, NameOf of, const Name& name,
              std::string_view part) {
    const auto found = std::find_if(taken.begin(), taken.end(),
                                    [part](const Taken& each) { return each.name == part; });
    if (found == taken.end()) return;
    report_
        .error(Code::generated_name, name.place,
               concat("no ", to_string(of), " can be called `", part, "`: that is ", found->why))
        .hint("choose another name");
  }

  /// Names that differ, but not once they are PascalCase: `a_1` and `a1`.
  template <class Declared>
  void refuse_same_pascal(const std::vector<Declared>& all, NameOf of) {
    std::map<std::string, const Name*> seen;
    for (const auto& each : all) {
      if (each.name.text.empty()) continue;
      const auto pascal = pascal_case(each.name.text);
      const auto [before, added] = seen.try_emplace(pascal, &each.name);
      if (added || before->second->text == each.name.text) continue;
      report_
          .error(Code::generated_name, each.name.place,
                 concat(to_string(of), "s `", before->second->text, "` and `", each.name.text,
                        "` are both `", pascal, "` in generated code"))
          .hint("choose another name")
          .note(before->second->place, "the other one is declared here");
    }
  }

  void check_fields(const std::vector<FieldDecl>& fields) {
    for (const auto& field : fields)
      refuse(field_names, NameOf::field, field.name, field.name.text);
  }

  void check_file(const FileDecl& file) {
    refuse(module_names, NameOf::package, file.package,
           std::string_view(file.package.text).substr(0, file.package.text.find('.')));
    for (const auto& type : file.types) {
      check_fields(type.fields);
      refuse_same_pascal(type.values, NameOf::enum_value);
      refuse_same_pascal(type.variants, NameOf::variant);
      for (const auto& variant : type.variants) check_fields(variant.fields);
    }
    for (const auto& module : file.modules) {
      refuse(module_names, NameOf::module, module.name, module.name.text);
      check_requests(module.callbacks);
    }
    for (const auto& actor : file.actors) {
      check_fields(actor.config.fields);
      check_requests(actor.handlers);
      for (const auto& handler : actor.handlers) {
        refuse(handler_names, NameOf::handler, handler.name, handler.name.text);
      }
    }
  }

 private:
  void check_requests(const std::vector<MethodDecl>& methods) {
    for (const auto& method : methods) check_fields(method.request.fields);
  }

  Report& report_;
};

/// Python has one module per package and one per callback module, side by side.
void check_modules(const std::vector<LoadedFile>& files, Report& report) {
  struct Owner {
    Place place;
    std::string package;
    bool is_module;
  };
  std::map<std::string, Owner> owners;
  for (const auto& file : files) {
    const auto& package = file.declared.package;
    const auto first = package.text.substr(0, package.text.find('.'));
    if (!first.empty()) owners.try_emplace(first, Owner{package.place, package.text, false});
  }
  for (const auto& file : files) {
    for (const auto& module : file.declared.modules) {
      if (module.name.text.empty()) continue;
      const auto& package = file.declared.package.text;
      const auto [before, added] =
          owners.try_emplace(module.name.text, Owner{module.name.place, package, true});
      // Twice in one package has been said where names are declared.
      if (added || (before->second.is_module && before->second.package == package)) continue;
      report
          .error(Code::module_clash, module.name.place,
                 concat("callback module `", module.name.text, "` and ",
                        before->second.is_module
                            ? concat("that of package `", before->second.package, "`")
                            : concat("package `", before->second.package, "`"),
                        " are one module in Python"))
          .hint("choose another name")
          .note(before->second.place, "the other one is declared here");
    }
  }
}

}  // namespace

void check_generated_names(const std::vector<LoadedFile>& files, Report& report) {
  GeneratedNames names(report);
  for (const auto& file : files) names.check_file(file.declared);
  check_modules(files, report);
}

}  // namespace kameo::idl

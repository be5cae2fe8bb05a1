#include <kameo/concat.hpp>
#include <kameo/idl/reference.hpp>

#include "draft.hpp"
#include "names.hpp"

#include <algorithm>
#include <map>

namespace kameo::idl {
namespace {

class GeneratedNames {
 public:
  explicit GeneratedNames(Report& report) : report_(report) {}

  void refuse(TakenBy list, NameOf of, const Name& name, std::string_view part) {
    const auto taken = taken_names(list);
    const auto found = std::find_if(taken.begin(), taken.end(),
                                    [part](const TakenName& each) { return each.name == part; });
    if (found == taken.end()) return;
    report_
        .error(Code::generated_name, name.place,
               concat("no ", to_string(of), " can be called `", part, "`: that is ", found->why))
        .hint("choose another name");
  }

  /// Names that differ, but not once they are in another casing: `a_1` and `a1`.
  template <class Declared>
  void refuse_same(const std::vector<Declared>& all, NameOf of,
                   std::string (*recase)(std::string_view)) {
    std::map<std::string, const Name*> seen;
    for (const auto& each : all) {
      if (each.name.text.empty()) continue;
      const auto generated = recase(each.name.text);
      const auto [before, added] = seen.try_emplace(generated, &each.name);
      if (added || before->second->text == each.name.text) continue;
      report_
          .error(Code::generated_name, each.name.place,
                 concat(to_string(of), "s `", before->second->text, "` and `", each.name.text,
                        "` are both `", generated, "` in generated code"))
          .hint("choose another name")
          .note(before->second->place, "the other one is declared here");
    }
  }

  void check_fields(const std::vector<FieldDecl>& fields) {
    for (const auto& field : fields)
      refuse(TakenBy::fields, NameOf::field, field.name, field.name.text);
  }

  void check_file(const FileDecl& file) {
    refuse(TakenBy::modules, NameOf::package, file.package,
           std::string_view(file.package.text).substr(0, file.package.text.find('.')));
    refuse(TakenBy::package_parts, NameOf::package, file.package,
           std::string_view(file.package.text).substr(file.package.text.rfind('.') + 1));
    for (const auto& type : file.types) {
      check_fields(type.fields);
      refuse_same(type.values, NameOf::enum_value, pascal_case);
      refuse_same(type.variants, NameOf::variant, pascal_case);
      for (const auto& variant : type.variants) check_fields(variant.fields);
    }
    for (const auto& module : file.modules) {
      refuse(TakenBy::modules, NameOf::module, module.name, module.name.text);
      check_requests(module.callbacks);
      refuse_same(module.callbacks, NameOf::callback, snake_case);
      for (const auto& callback : module.callbacks) {
        refuse(TakenBy::callbacks, NameOf::callback, callback.name, callback.name.text);
      }
    }
    for (const auto& actor : file.actors) {
      check_fields(actor.config.fields);
      check_requests(actor.handlers);
      for (const auto& handler : actor.handlers) {
        refuse(TakenBy::handlers, NameOf::handler, handler.name, handler.name.text);
      }
    }
  }

 private:
  void check_requests(const std::vector<MethodDecl>& methods) {
    for (const auto& method : methods) check_fields(method.request.fields);
  }

  Report& report_;
};

/// The classes that C++ makes for variants, actors and modules, beside those of the types.
class MadeNames {
 public:
  MadeNames(const Draft& draft, Report& report) : report_(report) {
    for (std::size_t i = 0; i < draft.origins.size(); ++i) {
      const auto& type = draft.package.types[i];
      taken_.try_emplace(concat(type.package, ".", type.name), draft.origins[i].name.place);
    }
  }

  void check_file(const FileDecl& file) {
    package_ = file.package.text;
    for (const auto& type : file.types) {
      for (const auto& variant : type.variants) {
        const auto what =
            concat("variant `", variant.name.text, "` of union `", type.name.text, "`");
        add(variant.name, type.name.text + pascal_case(variant.name.text), what);
      }
    }
    for (const auto& actor : file.actors) {
      for (const std::string_view suffix : {"Ref", "Handler"}) {
        add(actor.name, concat(actor.name.text, suffix), concat("actor `", actor.name.text, "`"));
      }
      add(actor.name, concat("Fake", actor.name.text), concat("actor `", actor.name.text, "`"));
    }
    for (const auto& module : file.modules) {
      for (const std::string_view suffix : {"Ref", "Callbacks"}) {
        add(module.name, concat(pascal_case(module.name.text), suffix),
            concat("callback module `", module.name.text, "`"));
      }
      add(module.name, concat("Fake", pascal_case(module.name.text)),
          concat("callback module `", module.name.text, "`"));
    }
  }

 private:
  void add(const Name& name, const std::string& made, const std::string& what) {
    if (name.text.empty()) return;
    const auto [before, added] = taken_.try_emplace(concat(package_, ".", made), name.place);
    // The same place: a name that is declared twice, which has been said.
    if (added || before->second.offset == name.place.offset) return;
    report_
        .error(Code::made_name_clash, name.place,
               concat(what, " makes `", made, "` in generated code: that name is taken"))
        .hint("choose another name")
        .note(before->second, "by what is declared here");
  }

  Report& report_;
  std::string package_;
  std::map<std::string, Place> taken_;
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

void check_generated_names(const std::vector<LoadedFile>& files, const Draft& draft,
                           Report& report) {
  GeneratedNames names(report);
  MadeNames made(draft, report);
  for (const auto& file : files) {
    names.check_file(file.declared);
    made.check_file(file.declared);
  }
  check_modules(files, report);
}

}  // namespace kameo::idl

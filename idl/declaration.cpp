#include "declaration.hpp"

#include <kameo/concat.hpp>
#include <kameo/idl/keys.hpp>

#include "declare.hpp"
#include "display.hpp"
#include "names.hpp"

namespace kameo::idl {

void check_version(const Settings& file, Report& report) {
  const auto* node = file.require("kameo", "the first line is `kameo: 1`: the format's version");
  if (node == nullptr || (node->is_scalar() && node->text == "1")) return;
  report
      .error(Code::bad_version, node->place,
             node->is_scalar()
                 ? concat("version `", excerpt(node->text), "` of the format is not known")
                 : concat("expected the format's version, got ", kind_name(*node)))
      .hint("write `kameo: 1`");
}

FileDecl read_declarations(const Source& source, const Node& root, Report& report) {
  FileDecl file;
  file.source = &source;
  file.package.place = root.place;
  if (!root.is_map()) {
    say_wrong_kind(root, "a map with the keys of a schema", report);
    return file;
  }
  const Settings keys(root, "a schema", key_names(Table::schema), report);
  check_version(keys, report);
  if (const auto* package = keys.require("package", "a name for what the file declares")) {
    file.package = read_name(*package, NameOf::package, report);
  }
  file.doc = keys.text("doc");
  file.imports = keys.words("import");
  if (const auto* types = keys.find("types")) file.types = read_types(*types, report);
  if (const auto* modules = keys.find("callbacks")) file.modules = read_modules(*modules, report);
  if (const auto* actors = keys.find("actors")) file.actors = read_actors(*actors, report);
  return file;
}

}  // namespace kameo::idl

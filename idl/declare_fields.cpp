#include <kameo/concat.hpp>
#include <kameo/idl/keys.hpp>

#include "declare.hpp"
#include "display.hpp"
#include "names.hpp"

namespace kameo::idl {
namespace {

FieldDecl read_field(const Entry& entry, Report& report) {
  FieldDecl field;
  field.name = read_name(entry.key, NameOf::field, report);
  if (!entry.value.is_map()) {
    field.type = read_type(entry.value, report);
    return field;
  }
  const Settings keys(entry.value, concat("field `", excerpt(field.name.text), "`"),
                      key_names(Table::field), report);
  const auto* type = keys.require("type", "the short form is `name: type`");
  if (type != nullptr) {
    field.type = read_type(*type, report);
  } else {
    field.type.bad = true;
  }
  field.doc = keys.text("doc");
  field.deprecated = keys.text("deprecated");
  field.secret = keys.flag("secret");
  field.unique = keys.flag("unique");
  field.default_value = keys.find("default");
  field.limits = read_limits(keys);
  return field;
}

}  // namespace

LimitNodes read_limits(const Settings& settings) {
  return {settings.find("min"),    settings.find("max"),   settings.find("multiple_of"),
          settings.find("length"), settings.find("items"), settings.find("pattern"),
          settings.find("unique")};
}

TypeExpr read_type(const Node& node, Report& report) {
  if (node.is_scalar()) return parse_type(node, report);
  TypeExpr bad;
  bad.bad = true;
  bad.place = node.place;
  if (node.is_null()) {
    report.error(Code::wrong_kind, node.place, "a type is missing here")
        .hint("such as `u32`, `list<string>`, or a name that `types` declares");
  } else if (node.is_map()) {
    report.error(Code::wrong_kind, node.place, "expected a type, got a map")
        .hint("declare it under `types` and write its name here");
  } else {
    say_wrong_kind(node, "a type", report);
  }
  return bad;
}

std::vector<FieldDecl> read_fields(const Node& node, Report& report) {
  std::vector<FieldDecl> fields;
  if (!node.is_map()) {
    if (node.is_null()) {
      report.error(Code::wrong_kind, node.place, "expected a map of fields, got nothing")
          .hint("write `{}` where there are none");
    } else {
      say_wrong_kind(node, "a map of fields", report);
    }
    return fields;
  }
  fields.reserve(node.entries.size());
  for (const auto& entry : node.entries) {
    if (!entry.value.is_bad()) fields.push_back(read_field(entry, report));
  }
  return fields;
}

StructUse read_struct_use(const Node& node, Report& report) {
  StructUse use;
  if (node.is_scalar()) {
    use.named = parse_type(node, report);
  } else {
    use.fields = read_fields(node, report);
  }
  return use;
}

}  // namespace kameo::idl

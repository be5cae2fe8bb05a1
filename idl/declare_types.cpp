#include <kameo/concat.hpp>
#include <kameo/idl/keys.hpp>

#include "declare.hpp"
#include "display.hpp"
#include "names.hpp"

#include <array>

namespace kameo::idl {
namespace {

using Form = schema::TypeDef::Form;
using Shape = schema::Variant::Shape;

std::vector<ValueDecl> read_values(const Node& node, Report& report) {
  std::vector<ValueDecl> values;
  if (node.is_list()) {
    for (const auto& item : node.items) {
      values.push_back({read_name(item, NameOf::enum_value, report), {}, {}});
    }
  } else if (node.is_map()) {
    for (const auto& entry : node.entries) {
      ValueDecl value{read_name(entry.key, NameOf::enum_value, report), {}, {}};
      const Settings keys(entry.value, concat("enum value `", excerpt(value.name.text), "`"),
                          key_names(Table::enum_value), report);
      value.doc = keys.text("doc");
      value.deprecated = keys.text("deprecated");
      values.push_back(std::move(value));
    }
  } else {
    say_wrong_kind(node, "a list of names", report);
    return values;
  }
  if (values.empty()) {
    report.error(Code::nothing_declared, node.place, "an enum without values")
        .hint("a type that has one value needs one too");
  }
  return values;
}

/// `~`, a type, or a map of fields.
void read_shape(VariantDecl& variant, const Node& node, Report& report) {
  if (node.is_null()) {
    variant.shape = Shape::unit;
  } else if (node.is_map()) {
    variant.shape = Shape::fields;
    variant.fields = read_fields(node, report);
  } else {
    variant.shape = Shape::value;
    FieldDecl value;
    value.name = {"value", node.place};
    value.type = read_type(node, report);
    variant.fields.push_back(std::move(value));
  }
}

/// A map with the key `is` is the long form; any other map is the variant's fields. No field can
/// be called `is`: it is a reserved word of Python.
VariantDecl read_variant(const Entry& entry, Report& report) {
  VariantDecl variant;
  variant.name = read_name(entry.key, NameOf::variant, report);
  const auto* is = entry.value.find("is");
  if (is == nullptr) {
    read_shape(variant, entry.value, report);
    return variant;
  }
  const auto* content = is;
  auto known = key_names(Table::variant);
  if (!content->is_scalar()) known = {"is", "doc", "deprecated"};  // fields have their own limits
  const Settings keys(entry.value, concat("variant `", excerpt(variant.name.text), "`"), known,
                      report);
  variant.doc = keys.text("doc");
  variant.deprecated = keys.text("deprecated");
  read_shape(variant, *content, report);
  if (variant.shape == Shape::value) {
    auto& value = variant.fields.front();
    value.limits = read_limits(keys);
    value.unique = keys.flag("unique");
    value.secret = keys.flag("secret");
  }
  return variant;
}

std::vector<VariantDecl> read_variants(const Node& node, Report& report) {
  std::vector<VariantDecl> variants;
  if (!node.is_map()) {
    say_wrong_kind(node, "a map of variants", report);
    return variants;
  }
  if (node.entries.empty()) {
    report.error(Code::nothing_declared, node.place, "a union without variants");
  }
  for (const auto& entry : node.entries) {
    if (!entry.value.is_bad()) variants.push_back(read_variant(entry, report));
  }
  return variants;
}

struct FormKey {
  std::string_view key;
  Form form;
};
constexpr std::array form_keys{FormKey{"struct", Form::structure},
                               FormKey{"enum", Form::enumeration},
                               FormKey{"union", Form::tagged_union}, FormKey{"alias", Form::alias}};

void read_content(TypeDecl& type, Form form, const Node& node, Report& report) {
  type.form = form;
  switch (form) {
    case Form::structure:
      type.fields = read_fields(node, report);
      break;
    case Form::enumeration:
      type.values = read_values(node, report);
      break;
    case Form::tagged_union:
      type.variants = read_variants(node, report);
      break;
    case Form::alias:
      type.target = read_type(node, report);
      break;
  }
}

TypeDecl read_type_declaration(const Entry& entry, Report& report) {
  TypeDecl type;
  type.name = read_name(entry.key, NameOf::type, report);
  const auto what = concat("type `", excerpt(type.name.text), "`");
  // What does not say its form stays an unusable alias: uses of the name are no errors of their
  // own.
  type.form = Form::alias;
  type.target.bad = true;
  if (entry.value.is_bad()) return type;
  if (!entry.value.is_map()) {
    report
        .error(Code::wrong_kind, entry.value.place,
               concat("expected a map for ", what, ", got ", kind_name(entry.value)))
        .hint(entry.value.is_scalar()
                  ? concat("another name for a type: {alias: ", excerpt(entry.value.text), "}")
                  : "such as {struct: {price: f64}} or {enum: [buy, sell]}");
    return type;
  }
  const Settings keys(entry.value, what, key_names(Table::type), report);
  type.doc = keys.text("doc");
  type.deprecated = keys.text("deprecated");
  const FormKey* chosen = nullptr;
  bool any = false;
  for (const auto& each : form_keys) {
    any = any || entry.value.find(each.key) != nullptr;
    const auto* node = keys.find(each.key);
    if (node == nullptr) continue;
    if (chosen != nullptr) {
      report
          .error(Code::several_forms, keys.key_place(each.key),
                 concat(what, " cannot be `", chosen->key, "` and `", each.key, "` at once"))
          .note(keys.key_place(chosen->key), "the other one stands here");
      continue;
    }
    chosen = &each;
    read_content(type, each.form, *node, report);
  }
  if (!any) {
    report.error(Code::missing_key, entry.key.place, concat(what, " does not say what it is"))
        .hint("it needs one of `struct`, `enum`, `union`, `alias`");
  }
  return type;
}

}  // namespace

std::vector<TypeDecl> read_types(const Node& node, Report& report) {
  std::vector<TypeDecl> types;
  if (!node.is_map()) {
    say_wrong_kind(node, "a map of types", report);
    return types;
  }
  types.reserve(node.entries.size());
  for (const auto& entry : node.entries) types.push_back(read_type_declaration(entry, report));
  return types;
}

}  // namespace kameo::idl

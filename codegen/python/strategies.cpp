#include "python/strategies.hpp"

#include "distinct.hpp"
#include "layout.hpp"
#include "names.hpp"
#include "python/annotation.hpp"
#include "python/types.hpp"

#include <kameo/concat.hpp>

#include <set>

namespace kameo::codegen::python {
namespace {

using schema::Field;
using schema::TypeDef;

std::string function_of(const std::string& type) {
  return python_name(snake_case(type));
}

class Describer {
 public:
  Describer(const schema::Package& all, const std::string& package)
      : all_(all),
        package_(package),
        stub_(all, {}, names_in(all, package)),
        errors_(declared_error_types(all)) {}

  Result<Data> describe(const std::string& dots, const std::string& types_dots) {
    DistinctNames names(concat("module kameo.", package_, ".strategies"));
    for (const auto& def : all_.types) {
      if (def.package != package_) continue;
      names.add(function_of(def.name), concat("type ", def.name));
      add_type(def);
      for (std::size_t i = 0; i < def.variants.size(); ++i) {
        names.add(function_of(variant_class(def, i)),
                  concat("variant ", def.variants[i].name, " of union ", def.name));
        add_variant(def, i);
      }
    }
    if (names.error()) return *names.error();
    Data data;
    data.set("package", package_);
    data.set("module", split(package_, '.').back());
    data.set("types_dots", types_dots);
    data.set("functions", functions_);
    data.set("type_var", stub_.imported("TypeVar", "typing"));
    data.set("type_alias", stub_.imported("TypeAlias", "typing"));
    data.set("stub_imports", list_of(stub_.imports(dots)));
    return data;
  }

 private:
  /// Every name that could hide an import of the stub.
  static std::set<std::string> names_in(const schema::Package& all, const std::string& package) {
    std::set<std::string> names;
    for (const auto& def : all.types) {
      if (def.package == package) names.insert(function_of(def.name));
    }
    return names;
  }

  void add_type(const TypeDef& def) {
    const bool is_struct = def.form == TypeDef::Form::structure;
    add(function_of(def.name), is_struct ? &def.fields : nullptr,
        is_error(def) ? ClassOf::error : ClassOf::structure,
        concat("\"", def.package, ".", def.name, "\""), stub_.name(def),
        concat("`", def.name, "`"));
  }

  void add_variant(const TypeDef& def, std::size_t i) {
    const auto& variant = def.variants[i];
    const auto cls = variant_class(def, i);
    add(function_of(cls), &variant.fields, ClassOf::variant,
        concat("\"", def.package, ".", def.name, "\", ", quoted(variant.name)),
        concat(module_alias(def.package), ".", cls),
        concat("variants `", variant.name, "` of `", def.name, "`"));
  }

  [[nodiscard]] bool is_error(const TypeDef& def) const {
    return errors_.contains(static_cast<std::uint32_t>(&def - all_.types.data()));
  }

  void add(const std::string& name, const std::vector<Field>* fields, ClassOf kind,
           const std::string& arguments, const std::string& result, const std::string& what) {
    Data data;
    const bool takes = fields != nullptr && !fields->empty();
    std::vector<std::string> params;
    if (takes) params.emplace_back("*");
    for (std::size_t i = 0; takes && i < fields->size(); ++i) {
      params.push_back(concat(field_name(all_, (*fields)[i], kind), ": _Given[",
                              stub_.type((*fields)[i].type), "] = ..."));
    }
    data.set("head", concat("def ", name, takes ? "(**fields):" : "():"));
    data.set("call", concat("    return _of(_types, ", arguments, takes ? ", **fields)" : ")"));
    data.set("stub_head",
             call(concat("def ", name, "("), params, concat(") -> SearchStrategy[", result, "]:")));
    data.set("doc", list_of(docstring(concat("Random ", what, "."), 4)));
    functions_.push_back(data);
  }

  const schema::Package& all_;
  const std::string& package_;
  Annotations stub_;
  std::set<std::uint32_t> errors_;
  Data functions_ = list();
};

}  // namespace

Result<Data> describe_strategies(const schema::Package& all, const std::string& package,
                                 const std::string& dots, const std::string& types_dots) {
  return Describer(all, package).describe(dots, types_dots);
}

}  // namespace kameo::codegen::python

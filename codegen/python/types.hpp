#pragma once

#include "python/annotation.hpp"
#include "template.hpp"

#include <kameo/schema/package.hpp>

#include <set>
#include <string>

namespace kameo::codegen::python {

/// A field as a parameter: of a class's `__init__`, or of the function of a callback.
struct Parameter {
  std::string name;
  std::string default_text;  ///< `10`, `_support.Factory(list)`; empty where required
  std::string stub_default;  ///< the same for a .pyi: `10`, `...`
};

/// `at_run_time` writes the default, `stub` what the .pyi says of it.
[[nodiscard]] Result<Parameter> parameter(const schema::Package& package,
                                          const schema::Field& field, Annotations& at_run_time,
                                          Annotations& stub);

/// The kinds of classes that have fields, each with names of its own.
enum class ClassOf { structure, variant, error };

/// The field's name in Python, as a parameter; in a class of that kind.
[[nodiscard]] std::string field_name(const schema::Field& field);
[[nodiscard]] std::string field_name(const schema::Package& package, const schema::Field& field,
                                     ClassOf kind);
/// The structures that handlers or callbacks may fail with, by their index.
[[nodiscard]] std::set<std::uint32_t> declared_error_types(const schema::Package& package);

/// `MarketCallbacks`, the base class of what provides callback module `market`.
[[nodiscard]] std::string provider_class(const schema::CallbackModule& module);

/// What the templates package.py and package.pyi say of one package of `all`.
/// `dots` leads from its module to the package `kameo`.
[[nodiscard]] Result<Data> describe_package(const schema::Package& all, const std::string& package,
                                            const std::string& dots);

}  // namespace kameo::codegen::python

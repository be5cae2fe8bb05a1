#pragma once

#include "defaults.hpp"

#include <kameo/schema/package.hpp>

#include <set>
#include <string>
#include <string_view>

namespace kameo::codegen::python {

/// How Python says the types and values of one module.
class Annotations {
 public:
  /// Seen from the module of package `home`, whose own types need no prefix; empty in the module
  /// of callbacks. `taken`: names that mean something else there.
  Annotations(const schema::Package& package, std::string home, std::set<std::string> taken)
      : package_(package), home_(std::move(home)), taken_(std::move(taken)) {}

  /// For code that runs: aliases are followed, and other modules are imported where a type of
  /// theirs is first needed.
  static Annotations at_run_time(const schema::Package& package, std::string home);

  /// `list[Tick | None]`
  [[nodiscard]] std::string type(const schema::Type& type);
  /// `Tick`, or `_common.Tick` for one of another package.
  [[nodiscard]] std::string name(const schema::TypeDef& def);
  /// The name itself, `_name` where the module uses it for something else; remembered for the
  /// module's imports. `origin`: the module that it comes from.
  [[nodiscard]] std::string imported(std::string_view name, std::string_view origin);

  /// An expression for the value; one with `_support.` for what has no literal.
  [[nodiscard]] std::string literal(const Value& value);
  /// Whether one object can be the default of all instances.
  [[nodiscard]] bool is_immutable(const Value& value) const;
  /// Whether it takes another module of Python's, or an enum, to make it.
  [[nodiscard]] bool is_made_late(const Value& value) const;

  /// The import lines for all that has been said, sorted; `dots` lead to the package `kameo`.
  [[nodiscard]] std::vector<std::string> imports(std::string_view dots) const;
  /// Whether, at run time, something said is made only when somebody asks: a name of another module
  /// of Python's, an enum. Then it must stand in a lambda.
  [[nodiscard]] bool is_late() const noexcept { return is_late_; }

 private:
  const schema::Package& package_;
  std::string home_;
  std::set<std::string> taken_;
  std::set<std::pair<std::string, std::string>> imports_;  // origin, `name` or `name as _name`
  bool at_run_time_ = false;
  bool is_late_ = false;
  std::set<std::string> packages_;  // others whose types were named
};

/// `OrderLimit`, the class of variant `limit` of union `Order`.
[[nodiscard]] std::string variant_class(const schema::TypeDef& def, std::size_t index);
/// `_common`, how the module of another package is called.
[[nodiscard]] std::string module_alias(std::string_view package);
/// A string literal, quotes included.
[[nodiscard]] std::string quoted(std::string_view text);
/// The lines of a docstring with its quotes; none for an empty text.
[[nodiscard]] std::vector<std::string> docstring(std::string_view text, std::size_t indent);

}  // namespace kameo::codegen::python

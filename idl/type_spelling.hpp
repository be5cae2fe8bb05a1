#pragma once

#include <kameo/schema/type.hpp>

#include "yaml.hpp"

#include <string>
#include <vector>

namespace kameo::idl {

/// A type as it is spelled, before names are looked up.
struct TypeExpr {
  schema::Kind kind = schema::Kind::boolean;
  bool bad = false;  ///< has been complained about
  std::string name;  ///< of Kind::named: `Tick` or `trading.Tick`
  std::vector<TypeExpr> args;
  std::vector<std::uint32_t> dims;
  Place place;
};

/// Reads `map<string; list<Tick>>`. What is wrong is reported at its column, and the result is bad.
[[nodiscard]] TypeExpr parse_type(const Node& scalar, Report& report);

/// The words that begin a type: `bool` … `decimal`, `optional` … `array`.
[[nodiscard]] const std::vector<std::string>& type_words();

}  // namespace kameo::idl

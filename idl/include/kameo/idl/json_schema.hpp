#pragma once

#include <kameo/idl/keys.hpp>

#include <string>

namespace kameo::idl {

/// A JSON Schema (draft 2020-12) of schema files (`Table::schema`) or pool files (`Table::pool`),
/// for editors: completion, the docs of each key, and the shape of a file. What takes more than
/// shape, such as whether a type exists, only the checker knows.
[[nodiscard]] std::string json_schema(Table file);

}  // namespace kameo::idl

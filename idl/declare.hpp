#pragma once

#include "declaration.hpp"
#include "settings.hpp"

namespace kameo::idl {

// The parts of read_declarations, a file each. Each reports what is wrong and leaves it out.

/// `name: type` or `name: {type: …, default: …}` for each entry of a map.
[[nodiscard]] std::vector<FieldDecl> read_fields(const Node& node, Report& report);
/// The limits among the keys of a long form.
[[nodiscard]] LimitNodes read_limits(const Settings& settings);
/// A scalar that spells a type; bad for anything else.
[[nodiscard]] TypeExpr read_type(const Node& node, Report& report);
/// A map of fields, or a name.
[[nodiscard]] StructUse read_struct_use(const Node& node, Report& report);

[[nodiscard]] std::vector<TypeDecl> read_types(const Node& node, Report& report);
[[nodiscard]] std::vector<ModuleDecl> read_modules(const Node& node, Report& report);
[[nodiscard]] std::vector<ActorDecl> read_actors(const Node& node, Report& report);

/// `kameo: 1`, on both kinds of file.
void check_version(const Settings& file, Report& report);

}  // namespace kameo::idl

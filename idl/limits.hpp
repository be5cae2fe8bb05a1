#pragma once

#include <kameo/schema/exact.hpp>
#include <kameo/schema/package.hpp>

#include "draft.hpp"

#include <optional>
#include <string>

namespace kameo::idl {

/// The type that a field's limits are about: aliases followed, the optional taken off.
[[nodiscard]] const schema::Type& limited_type(const schema::Package& package,
                                               const schema::Type& type);

/// Reads a field's limits and checks them against its type and each other.
[[nodiscard]] schema::Limits read_limits(const Draft& draft, const FieldDecl& declared,
                                         const schema::Type& type, Report& report);

/// Reports where `node`, a value of `type`, is outside `limits`.
void check_limits(const Draft& draft, const Node& node, const schema::Type& type,
                  const schema::Limits& limits, bool secret, Code code, Report& report);

}  // namespace kameo::idl

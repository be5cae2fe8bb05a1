#pragma once

#include "template.hpp"

#include <kameo/schema/package.hpp>

#include <vector>

namespace kameo::codegen::cpp {

/// The limits of all fields as constants: a list of {type, name, value}, such as
/// `std::uint32_t`, `size_max`, `10000`.
[[nodiscard]] Data limit_constants(const schema::Package& package,
                                   const std::vector<schema::Field>& fields);

}  // namespace kameo::codegen::cpp

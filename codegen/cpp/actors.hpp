#pragma once

#include "cpp/spelling.hpp"
#include "template.hpp"

namespace kameo::codegen::cpp {

/// What the templates actors.hpp, actors.cpp and testing.hpp say of the package's actors and
/// callback modules.
[[nodiscard]] Result<Data> describe_actors(const schema::Package& package, const Order& order,
                                           const Spelling& spelling);

}  // namespace kameo::codegen::cpp

#pragma once

#include "cpp/spelling.hpp"
#include "template.hpp"

namespace kameo::codegen::cpp {

/// What the templates actors.hpp and actors.cpp say of the package's actors and callback modules.
[[nodiscard]] Result<Data> describe_actors(const schema::Package& package,
                                           const Spelling& spelling);

}  // namespace kameo::codegen::cpp

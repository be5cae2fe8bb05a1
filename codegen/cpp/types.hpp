#pragma once

#include "cpp/order.hpp"
#include "cpp/spelling.hpp"
#include "template.hpp"

namespace kameo::codegen::cpp {

/// What the templates types.hpp, types.cpp and cereal.hpp say of the package's types.
[[nodiscard]] Result<Data> describe_types(const schema::Package& package, const Order& order,
                                          const Spelling& spelling);

}  // namespace kameo::codegen::cpp

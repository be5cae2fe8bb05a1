#pragma once

#include "template.hpp"

#include <kameo/schema/package.hpp>

#include <string>

namespace kameo::codegen::python {

/// What the templates _strategies.py and _strategies.pyi say of one package of `all`: a function
/// for each of its types and for each variant of its unions. `dots` leads from its module to the
/// package `kameo`, `types_dots` to the folder of the module of types. Fails where two of them
/// would have one name.
[[nodiscard]] Result<Data> describe_strategies(const schema::Package& all,
                                               const std::string& package, const std::string& dots,
                                               const std::string& types_dots);

}  // namespace kameo::codegen::python

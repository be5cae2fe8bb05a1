#pragma once

#include "template.hpp"

#include <kameo/schema/package.hpp>

namespace kameo::codegen::python {

/// What the templates module.py and module.pyi say of a callback module.
[[nodiscard]] Result<Data> describe_module(const schema::Package& all,
                                           const schema::CallbackModule& module);

}  // namespace kameo::codegen::python

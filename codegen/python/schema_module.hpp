#pragma once

#include <kameo/schema/package.hpp>

#include <string>

namespace kameo::codegen::python {

/// The types of one package of `all` and those that they hold, without handlers, callbacks and
/// texts for people. The same whichever schema imports the package, since its file is written once.
[[nodiscard]] schema::Package types_alone(const schema::Package& all, const std::string& package);

}  // namespace kameo::codegen::python

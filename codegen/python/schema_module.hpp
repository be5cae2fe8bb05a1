#pragma once

#include <kameo/schema/package.hpp>

#include <string>

namespace kameo::codegen::python {

/// What one package of `all` declares and all that this holds, without texts for people: the types
/// that its classes are led by, and the actors and callbacks that a parent of another version is
/// compared with. The same whichever schema imports the package, since its file is written once.
[[nodiscard]] schema::Package package_alone(const schema::Package& all, const std::string& package);

}  // namespace kameo::codegen::python

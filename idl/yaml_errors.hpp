#pragma once

#include "report.hpp"

namespace YAML {
class Exception;
}

namespace kameo::idl {

/// Reports what yaml-cpp could not read, in the words of this tool.
void say_syntax_error(const Source& source, const YAML::Exception& error, Report& report);

}  // namespace kameo::idl

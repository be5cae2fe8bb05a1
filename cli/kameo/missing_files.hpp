#pragma once

#include <kameo/idl/pool.hpp>

#include <string>
#include <vector>

namespace kameo::cli {

/// What a pool file names and this machine does not have: interpreters, programs, directories, the
/// batch's input. A line for each, with its place: `pool.yaml:5:3: error: strategy: no directory
/// x`. Whether a handler's module can be imported only its interpreter knows.
[[nodiscard]] std::vector<std::string> missing_files(const idl::Pool& pool);

}  // namespace kameo::cli

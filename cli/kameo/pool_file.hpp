#pragma once

#include "console.hpp"

#include <kameo/idl/pool.hpp>

#include <optional>
#include <string>

namespace kameo::cli {

/// Reads a pool file with its schemas and prints what is wrong with them; none where that was an
/// error.
[[nodiscard]] std::optional<idl::Pool> load_pool_file(const std::string& path, Console& console);

}  // namespace kameo::cli

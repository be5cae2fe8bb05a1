#pragma once

#include <kameo/codegen/generate.hpp>
#include <kameo/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::codegen {

enum class ProjectKind : std::uint8_t { cpp, python_only };

/// The files of a small project that works at once: a schema, a handler, what runs it, and tests.
/// `name` is that of the package and must be one (snake_case): the caller checks it.
[[nodiscard]] Result<std::vector<OutputFile>> new_project(std::string_view name, ProjectKind kind);

}  // namespace kameo::codegen

#pragma once

#include <kameo/result.hpp>
#include <kameo/spawn_options.hpp>

#include <string>
#include <vector>

namespace kameo::process {

/// The file that `program` means: with a slash a path relative to `directory`, else the first of
/// that name on PATH that may be run. Fails with `start_failed`.
[[nodiscard]] Result<std::string> find_program(const std::string& program,
                                               const std::string& directory);

/// This program: a path that another process can run, also when the file has been replaced since.
[[nodiscard]] std::string own_program();
/// How this program was called.
[[nodiscard]] std::string own_argv0();

/// `path`, made absolute from this process's directory.
[[nodiscard]] std::string absolute(const std::string& path);

/// What a child sees: PATH, HOME, LANG of this process, then what `options` inherit, then what they
/// set; `NAME=value`.
[[nodiscard]] std::vector<std::string> child_environment(const SpawnOptions::Values& options);

}  // namespace kameo::process

#pragma once

#include <kameo/actor/incarnation.hpp>
#include <kameo/placement.hpp>
#include <kameo/process/spawner.hpp>

#include <functional>
#include <memory>
#include <string>

namespace kameo::process {

/// The interpreter that the placement means (PythonPlacement::interpreter). Fails with
/// `start_failed`, naming it.
[[nodiscard]] Result<std::string> find_interpreter(const PythonPlacement& placement,
                                                   const std::string& directory);

/// A child that ended before hello because its interpreter has no kameo_runtime, or not for its
/// version: gives an error that names interpreter, version and the command that mends it. Other
/// errors come back as they are. Calls `then` on `strand`, once.
void explain_python_failure(const std::shared_ptr<Spawner>& spawner, const actor::Strand& strand,
                            const std::string& interpreter, Error error,
                            std::function<void(Error)> then);

}  // namespace kameo::process

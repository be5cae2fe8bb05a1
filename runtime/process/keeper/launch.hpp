#pragma once

#include "protocol.hpp"

#include <sys/types.h>

#include <vector>

namespace kameo::keeper {

/// What a child writes into the pipe when it does not get to its program.
struct LaunchError {
  Stage stage = Stage::none;
  std::int32_t error = 0;
};

struct Launched {
  pid_t pid = -1;
  int errors = -1;    ///< read end: a LaunchError, or the end of file once the program runs
  LaunchError error;  ///< with pid -1: why there is none
};

/// Forks, and in the child makes everything as the request says, then runs the program. `sources`
/// stay open in the caller.
[[nodiscard]] Launched launch(const SpawnRequest& request, const std::vector<int>& sources);

}  // namespace kameo::keeper

#pragma once

#include <kameo/process/fd.hpp>
#include <kameo/result.hpp>

#include <sys/types.h>

#include <string>

namespace kameo::process {

struct KeeperProcess {
  pid_t pid = 0;
  UniqueFd pidfd;
  UniqueFd control;  ///< our end of the socket pair
};

/// Starts a keeper: the program at `path`, or where that is empty the one inside this library.
/// It is no child of this process, so that the user's SIGCHLD and wait never meet it; what this
/// process has in memory is not copied. Fails with `system`.
[[nodiscard]] Result<KeeperProcess> start_keeper(const std::string& path);

}  // namespace kameo::process

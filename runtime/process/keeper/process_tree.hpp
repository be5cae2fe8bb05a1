#pragma once

#include <sys/types.h>

#include <vector>

namespace kameo::keeper {

/// All processes below `root`, without it, zombies not counted; as /proc shows them now.
[[nodiscard]] std::vector<pid_t> descendants(pid_t root);

/// The direct children of the calling process, zombies not counted.
[[nodiscard]] std::vector<pid_t> own_children();

/// SIGKILL for everything below `root`, again and again until /proc shows none, for two seconds at
/// most. `root` must be a subreaper and be
/// stopped, so that nobody leaves its tree and it makes no new ones; ending it is the caller's.
void kill_below(pid_t root);

}  // namespace kameo::keeper

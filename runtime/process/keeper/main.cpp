#include "keeper.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

int main() {
  using namespace kameo::keeper;
  struct stat control = {};
  if (fstat(control_fd, &control) < 0 || !S_ISSOCK(control.st_mode)) {
    std::fputs("kameo-keeper is started by programs that use kameo, not by hand.\n", stderr);
    return 2;
  }
  // The parent's descriptors that had no close-on-exec are not ours to hold.
  syscall(SYS_close_range, static_cast<unsigned>(parent_fd) + 1, ~0U, 0U);
  fcntl(control_fd, F_SETFD, FD_CLOEXEC);
  fcntl(parent_fd, F_SETFD, FD_CLOEXEC);
  prctl(PR_SET_NAME, "kameo-keeper", 0, 0, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  // Not in the way of a file system that somebody wants to unmount.
  if (chdir("/") < 0) return 2;
  return Keeper(control_fd, parent_fd).run();
}

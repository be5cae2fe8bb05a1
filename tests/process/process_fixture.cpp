#include "process_fixture.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

void wait_until_gone(int pid) {
  const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0U));
  if (pidfd < 0) return;
  pollfd gone{pidfd, POLLIN, 0};
  while (poll(&gone, 1, -1) < 0 && errno == EINTR) {
  }
  close(pidfd);
}

bool is_running(int pid) {
  const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0U));
  if (pidfd < 0) return false;
  pollfd gone{pidfd, POLLIN, 0};
  const auto ended = poll(&gone, 1, 0) == 1;
  close(pidfd);
  return !ended;
}

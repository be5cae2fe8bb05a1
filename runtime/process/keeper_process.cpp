#include "keeper_process.hpp"

#include "keeper/protocol.hpp"
#include "keeper_image.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

// Flags of newer kernels than the headers.
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

// glibc's clone() by its other name: a sanitizer puts its own in the place of the first, which
// locks on behalf of the calling thread and cannot do so in a process between two others.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" int __clone(int (*function)(void*), void* stack, int flags, void* argument, ...);

namespace kameo::process {
namespace {

/// Shared by three processes: they run in one memory, one after the other.
struct Launch {
  int control = -1;
  int parent = -1;
  int image = -1;              ///< a memfd, or -1:
  const char* path = nullptr;  ///< run this one
  char* stack = nullptr;       ///< top of the keeper's first stack
  volatile int error = 0;
  volatile pid_t pid = -1;
  int pidfd = -1;
};

// These two run between clone and exec, in the caller's memory: only plain system calls, and no
// instrumentation, which would take them for the caller's thread.
#if defined(__clang__)
#define KAMEO_PLAIN __attribute__((no_sanitize("address", "thread", "undefined"), noinline))
#else
#define KAMEO_PLAIN \
  __attribute__((no_sanitize_address, no_sanitize_thread, no_sanitize_undefined, noinline))
#endif

KAMEO_PLAIN int become_keeper(void* argument) {
  auto& launch = *static_cast<Launch*>(argument);
  static char name[] = "kameo-keeper";
  static char* const arguments[] = {name, nullptr};
  static char* const environment[] = {nullptr};

  // Above the places that they will have, so that none overwrites another.
  const auto away = [](int fd) KAMEO_PLAIN {
    return fd < 0 ? -1 : static_cast<int>(syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 16));
  };
  const auto put = [](int fd, int place)
                       KAMEO_PLAIN { return syscall(SYS_dup3, fd, place, 0) >= 0; };
  const int control = away(launch.control);
  const int parent = away(launch.parent);
  const int image = away(launch.image);
  const int null =
      away(static_cast<int>(syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC, 0)));
  if (control >= 0 && parent >= 0 && null >= 0 && put(null, 0) && put(null, 1) && put(null, 2) &&
      put(control, keeper::control_fd) && put(parent, keeper::parent_fd)) {
    syscall(SYS_setpgid, 0, 0);
    if (image >= 0) {
      syscall(SYS_execveat, image, "", arguments, environment, AT_EMPTY_PATH);
    } else {
      syscall(SYS_execve, launch.path, arguments, environment);
    }
  }
  launch.error = errno;
  syscall(SYS_exit_group, 127);
  return 127;
}

/// Exists so that the keeper becomes an orphan at once, and nobody's child here.
KAMEO_PLAIN int fork_keeper(void* argument) {
  auto& launch = *static_cast<Launch*>(argument);
  const auto pid = __clone(become_keeper, launch.stack,
                           CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, argument, &launch.pidfd);
  if (pid < 0) launch.error = errno;
  launch.pid = pid;
  syscall(SYS_exit_group, 0);
  return 0;
}

Error system_error(const char* what, int error) {
  return fail(errc::system, "the keeper does not start: ", what, ": ", std::strerror(error));
}

Result<UniqueFd> keeper_memfd() {
  auto fd = static_cast<int>(memfd_create("kameo-keeper", MFD_CLOEXEC | MFD_EXEC));
  if (fd < 0 && errno == EINVAL) fd = memfd_create("kameo-keeper", MFD_CLOEXEC);
  if (fd < 0) return system_error("memfd_create", errno);
  UniqueFd image(fd);
  auto left = keeper_image();
  while (!left.empty()) {
    const auto written = write(image.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error("writing its image", errno);
    left = left.subspan(static_cast<std::size_t>(written));
  }
  return image;
}

}  // namespace

Result<KeeperProcess> start_keeper(const std::string& path) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
    return system_error("socketpair", errno);
  }
  KeeperProcess started;
  started.control.reset(pair[0]);
  const UniqueFd theirs(pair[1]);
  const UniqueFd self(static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0U)));
  if (!self) return system_error("pidfd_open", errno);

  UniqueFd image;
  if (path.empty()) {
    auto made = keeper_memfd();
    if (!made) return made.error();
    image = std::move(*made);
  }

  constexpr std::size_t stack_size = 64 * 1024;
  void* stacks = mmap(nullptr, 2 * stack_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stacks == MAP_FAILED) return system_error("mmap", errno);
  Launch launch;
  launch.control = theirs.get();
  launch.parent = self.get();
  launch.image = image.get();
  launch.path = path.c_str();
  launch.stack = static_cast<char*>(stacks) + stack_size;

  // No handler of the user's may run in the processes that share our memory.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  // Without a signal at its end: neither a SIGCHLD handler nor wait() of the user's sees this one.
  // It shares our descriptors, so that the pidfd that it gets is ours.
  const auto between = __clone(fork_keeper, static_cast<char*>(stacks) + 2 * stack_size,
                               CLONE_VM | CLONE_VFORK | CLONE_FILES, &launch);
  const auto clone_error = errno;
  if (between > 0) {
    while (waitpid(between, nullptr, static_cast<int>(__WCLONE)) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  munmap(stacks, 2 * stack_size);

  if (between < 0) return system_error("clone", clone_error);
  if (launch.pidfd >= 0) started.pidfd.reset(launch.pidfd);
  if (launch.error != 0) {
    const auto error = launch.error;
    return fail(
        errc::system,
        "the keeper does not start: ", path.empty() ? std::string("running it from memory") : path,
        ": ", std::strerror(error),
        path.empty() ? "; install kameo and let KAMEO_KEEPER name libexec/kameo/kameo-keeper" : "");
  }
  started.pid = launch.pid;
  return started;
}

}  // namespace kameo::process

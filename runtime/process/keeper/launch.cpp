#include "launch.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace kameo::keeper {
namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// The child, between fork and exec. The keeper has one thread, so all of libc may be used.
class Child {
 public:
  Child(const SpawnRequest& request, const std::vector<int>& sources, int errors)
      : request_(request), sources_(sources), errors_(errors) {}

  [[noreturn]] void run() {
    if (const auto failed = prepare(); failed != Stage::none) give_up(failed);
    const auto arguments = pointers(request_.arguments);
    const auto environment = pointers(request_.environment);
    execve(request_.program.c_str(), arguments.data(), environment.data());
    give_up(Stage::exec);
  }

 private:
  Stage prepare() {
    reset_signals();
    if ((request_.new_session ? setsid() : setpgid(0, 0)) < 0) return Stage::group;
    // What this child forks twice and forgets stays below it, instead of falling to the keeper,
    // which kills what falls to it. Survives the exec.
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (request_.niceness != 0) {
      errno = 0;
      if (nice(request_.niceness) == -1 && errno != 0) return Stage::priority;
    }
    if (!place_descriptors()) return Stage::descriptors;
    if (chdir(request_.directory.c_str()) < 0) return Stage::directory;
    // Last: a small limit of memory or files must not fail what is ours to do.
    for (const auto& limit : request_.limits) {
      const rlimit value{limit.soft, limit.hard};
      if (setrlimit(static_cast<__rlimit_resource>(limit.resource), &value) < 0) {
        return Stage::limits;
      }
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    return Stage::none;
  }

  // By the system call: libc's sigaction() leaves out the signals that it keeps for itself (32 and
  // 33), which may well have been inherited ignored.
  static void reset_signals() {
    constexpr std::size_t kernel_set_size = 8;
    // The kernel's own struct: handler, flags, restorer and mask; SIG_DFL and no flags are zeros.
    constexpr std::array<unsigned long, 8> by_default{};
    static_assert(SIG_DFL == nullptr);
    for (int signal = 1; signal <= SIGRTMAX; ++signal) {
      // Refuses SIGKILL and SIGSTOP, which are so already.
      syscall(SYS_rt_sigaction, signal, by_default.data(), nullptr, kernel_set_size);
    }
  }

  bool place_descriptors() {
    int highest = 2;
    for (const auto target : request_.targets) {
      if (target < 0) {
        errno = EBADF;
        return false;
      }
      highest = std::max(highest, static_cast<int>(target));
    }
    // Out of the way of every target first: a source may stand where another one belongs.
    if (!move_above(errors_, highest)) return false;
    std::vector<int> moved = sources_;
    for (auto& source : moved) {
      if (!move_above(source, highest)) return false;
    }
    syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return false;
    for (int standard = 0; standard <= 2; ++standard) {
      if (null != standard && dup2(null, standard) < 0) return false;
    }
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if (dup2(moved[i], request_.targets[i]) < 0) return false;
    }
    return true;
  }

  static bool move_above(int& fd, int highest) {
    const int moved = fcntl(fd, F_DUPFD_CLOEXEC, highest + 1);
    if (moved < 0) return false;
    fd = moved;
    return true;
  }

  [[noreturn]] void give_up(Stage stage) {
    const LaunchError error{stage, errno};
    // A pipe takes this much at once; without a reader there is nobody to tell.
    static_cast<void>(!write(errors_, &error, sizeof error));
    _exit(127);
  }

  const SpawnRequest& request_;
  const std::vector<int>& sources_;
  int errors_;
};

}  // namespace

Launched launch(const SpawnRequest& request, const std::vector<int>& sources) {
  Launched launched;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) {
    launched.error = {Stage::fork, errno};
    return launched;
  }
  const auto pid = fork();
  if (pid == 0) Child(request, sources, ends[1]).run();
  launched.error = {Stage::fork, errno};
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return launched;
  }
  launched.pid = pid;
  launched.errors = ends[0];
  return launched;
}

}  // namespace kameo::keeper

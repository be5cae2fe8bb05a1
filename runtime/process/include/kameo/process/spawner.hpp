#pragma once

#include <kameo/process/fd.hpp>
#include <kameo/result.hpp>

#include <sys/types.h>
#include <asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace kameo::process {

struct ResourceLimit {
  int resource = 0;  ///< RLIMIT_…
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

/// A process to be: it gets this and nothing else. No signal is blocked or ignored in it; it leads
/// a process group of its own; standard streams that are not given are /dev/null.
struct ProcessSpec {
  std::string program;                                ///< a path; PATH is not searched
  std::vector<std::string> arguments;                 ///< with argv[0]
  std::vector<std::string> environment;               ///< all of it, `NAME=value`
  std::string directory;                              ///< absolute
  std::vector<std::pair<int, UniqueFd>> descriptors;  ///< by their numbers in the new process
  std::vector<ResourceLimit> limits;
  int niceness = 0;          ///< added to the parent's
  bool new_session = false;  ///< setsid
};

/// How a process ended and what it took.
struct ExitReport {
  bool known = true;  ///< false where the keeper died before it could say: the rest is empty then
  int status = 0;     ///< as waitpid gives it
  std::int64_t user_us = 0;
  std::int64_t system_us = 0;
  std::int64_t peak_rss_bytes = 0;
};

/// A running process. Thread-safety: every function from any thread.
class Process {
 public:
  virtual ~Process() = default;
  [[nodiscard]] virtual pid_t pid() const noexcept = 0;
  /// Nothing happens where it has ended: never hits another process with the same number.
  virtual void signal(int number) noexcept = 0;
};

/// What starts processes and tells of their ends. A fake takes its place in tests.
/// Thread-safety: every function from any thread.
class Spawner {
 public:
  virtual ~Spawner() = default;
  /// Both functions are called on `where`. `spawned` once: the program runs, or why not
  /// (`start_failed` where program or directory are at fault, so that a retry cannot help, else
  /// `system`). After success, `exited` once.
  virtual void spawn(ProcessSpec spec, const asio::any_io_executor& where,
                     std::function<void(Result<std::shared_ptr<Process>>)> spawned,
                     std::function<void(const ExitReport&)> exited) = 0;
};

}  // namespace kameo::process

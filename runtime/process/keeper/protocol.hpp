#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the parent and its keeper say to each other, over a SOCK_SEQPACKET socket pair: one message
/// per packet, descriptors beside it by SCM_RIGHTS. Both are always of one build and on one
/// machine, so numbers go as they stand in memory.
namespace kameo::keeper {

inline constexpr int control_fd = 3;  ///< of the keeper: its end of the pair
inline constexpr int parent_fd = 4;   ///< of the keeper: a pidfd of the parent
/// More than this goes in a memfd, the first descriptor of the message: a packet cannot be larger
/// than the socket's buffer, and that is the machine's to set.
inline constexpr std::size_t inline_bytes = 64 * 1024;
/// SCM_RIGHTS takes no more descriptors in one message (SCM_MAX_FD), one of them may be the memfd.
inline constexpr std::size_t max_descriptors = 252;

/// Where the way from fork to the new program ended.
enum class Stage : std::int32_t {
  none,
  request,  ///< the message could not be read
  fork,
  group,        ///< setsid, setpgid
  limits,       ///< setrlimit
  priority,     ///< setpriority
  descriptors,  ///< putting them in their places
  directory,    ///< chdir
  exec,
};

struct Limit {
  std::int32_t resource = 0;  ///< RLIMIT_…
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

/// Parent → keeper. The sources of `targets` go beside it, in the same order.
struct SpawnRequest {
  std::uint64_t id = 0;
  std::string program;                   ///< a path; PATH is not searched
  std::vector<std::string> arguments;    ///< with argv[0]
  std::vector<std::string> environment;  ///< all of it, `NAME=value`
  std::string directory;                 ///< absolute
  std::vector<std::int32_t> targets;     ///< the child's numbers for the descriptors
  std::vector<Limit> limits;
  std::int32_t niceness = 0;  ///< added to the keeper's own
  bool new_session = false;   ///< setsid; else a process group of its own
};

/// Keeper → parent. `spawned` comes with a pidfd, and before the same child's `exited`.
struct Report {
  enum class Type : std::uint32_t { spawned = 1, failed = 2, exited = 3 };

  Type type = Type::failed;
  Stage stage = Stage::none;  ///< failed
  std::int32_t error = 0;     ///< failed: errno
  std::int32_t pid = 0;
  std::uint64_t id = 0;     ///< SpawnRequest::id
  std::int32_t status = 0;  ///< exited: as wait4 gives it
  std::int32_t reserved = 0;
  std::int64_t user_us = 0;
  std::int64_t system_us = 0;
  std::int64_t peak_rss_bytes = 0;
};

[[nodiscard]] std::string encode(const SpawnRequest& request);
/// None where the bytes are cut or say what cannot be.
[[nodiscard]] std::optional<SpawnRequest> decode(const char* bytes, std::size_t size);

}  // namespace kameo::keeper

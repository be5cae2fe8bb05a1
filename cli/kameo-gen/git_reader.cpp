#include "git_reader.hpp"

#include <kameo/concat.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace kameo::gen {
namespace fs = std::filesystem;
namespace {

struct Output {
  int exit_code = 0;
  std::string text;
};

/// What git writes to stdout; no shell, so that no name is anything but a name.
Result<Output> git(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "git");
  std::vector<char*> argv;
  for (auto& each : arguments) argv.push_back(each.data());
  argv.push_back(nullptr);

  std::array<int, 2> ends{};
  const auto failed = [](std::string_view what, int why) {
    return fail(errc::system, what, ": ", std::generic_category().message(why));
  };
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return failed("pipe", errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  pid_t child = 0;
  const int why = ::posix_spawnp(&child, "git", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (why != 0) {
    ::close(ends[0]);
    return failed("cannot run git", why);
  }

  Output output;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto n = ::read(ends[0], buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    output.text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  output.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return output;
}

/// The closest folder of a path that is there: a folder may be gone since the commit.
fs::path existing_folder(const fs::path& path) {
  std::error_code none;
  auto folder = fs::absolute(path, none).lexically_normal().parent_path();
  while (!fs::is_directory(folder, none) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

}  // namespace

Result<bool> GitReader::knows_ref(const std::string& path) const {
  const auto done = git({"-C", existing_folder(path).string(), "rev-parse", "--verify", "--quiet",
                         "--end-of-options", concat(ref_, "^{commit}")});
  if (!done) return done.error();
  return done->exit_code == 0;
}

Result<std::string> GitReader::read(const std::string& path) {
  const auto folder = existing_folder(path);
  const auto inside = fs::absolute(path).lexically_normal().lexically_relative(folder);
  auto done = git({"-C", folder.string(), "show", "--end-of-options",
                   concat(ref_, ":./", inside.generic_string())});
  if (!done) return done.error();
  if (done->exit_code == 0) return std::move(done->text);
  // An include folder of the system is in no commit.
  const auto in_repository = git({"-C", folder.string(), "rev-parse", "--show-toplevel"});
  if (in_repository && in_repository->exit_code == 0) {
    return fail(errc::not_found, ref_, " has no ", path);
  }
  return idl::DiskReader().read(path);
}

}  // namespace kameo::gen

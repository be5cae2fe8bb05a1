#include "program.hpp"

#include <kameo/concat.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <string_view>
#include <system_error>

namespace kameo::process {
namespace {

bool is_program(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         access(path.c_str(), X_OK) == 0;
}

}  // namespace

Result<std::string> find_program(const std::string& program, const std::string& directory) {
  // Another process runs it, for which that name would mean itself.
  if (program == "/proc/self/exe") return own_program();
  if (program.find('/') != std::string::npos) {
    auto path = program.starts_with('/') ? program : concat(directory, '/', program);
    if (is_program(path)) return path;
    struct stat status = {};
    const auto why =
        stat(path.c_str(), &status) == 0 ? "it is not an executable file" : std::strerror(errno);
    return fail(errc::start_failed, "cannot run ", path, ": ", why);
  }
  const char* variable = std::getenv("PATH");
  std::string_view left = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (true) {
    const auto end = left.find(':');
    const auto folder = left.substr(0, end);
    auto path = concat(folder.empty() ? std::string_view(".") : folder, '/', program);
    if (is_program(path)) return absolute(path);
    if (end == std::string_view::npos) break;
    left.remove_prefix(end + 1);
  }
  return fail(errc::start_failed, "cannot run ", program, ": there is no such program on PATH");
}

std::string own_program() {
  std::error_code ignored;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", ignored);
  struct stat running = {};
  struct stat named = {};
  if (!path.empty() && stat("/proc/self/exe", &running) == 0 && stat(path.c_str(), &named) == 0 &&
      running.st_ino == named.st_ino && running.st_dev == named.st_dev) {
    return path;
  }
  return concat("/proc/", getpid(), "/exe");
}

std::string own_argv0() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string name;
  std::getline(file, name, '\0');
  return name.empty() ? own_program() : name;
}

std::string absolute(const std::string& path) {
  std::error_code failed;
  auto full = std::filesystem::absolute(path.empty() ? "." : path, failed);
  return failed ? path : full.lexically_normal().string();
}

std::vector<std::string> child_environment(const SpawnOptions::Values& options) {
  std::map<std::string, std::string> variables;
  const auto inherit = [&](const std::string& name) {
    if (const char* value = std::getenv(name.c_str())) variables.insert_or_assign(name, value);
  };
  for (const auto* name : {"PATH", "HOME", "LANG"}) inherit(name);
  for (const auto& name : options.inherited) inherit(name);
  for (const auto& [name, value] : options.environment) variables.insert_or_assign(name, value);
  std::vector<std::string> environment;
  environment.reserve(variables.size());
  for (const auto& [name, value] : variables) environment.push_back(concat(name, '=', value));
  return environment;
}

}  // namespace kameo::process

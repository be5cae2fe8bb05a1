#include "missing_files.hpp"

#include <unistd.h>

#include <kameo/concat.hpp>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace kameo::cli {
namespace {

bool is_directory(const std::string& path) {
  std::error_code unreadable;  // then it is of no use either
  return std::filesystem::is_directory(path, unreadable);
}

bool is_program(const std::string& path) {
  return !is_directory(path) && ::access(path.c_str(), X_OK) == 0;
}

/// As execvp looks: a word without a slash is looked up in PATH.
bool can_be_run(const std::string& program) {
  if (program.find('/') != std::string::npos) return is_program(program);
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? "" : variable;
  while (!folders.empty()) {
    const auto end = folders.find(':');
    const auto folder = folders.substr(0, end);
    if (is_program(concat(folder.empty() ? "." : folder, "/", program))) return true;
    folders.remove_prefix(end == folders.npos ? folders.size() : end + 1);
  }
  return false;
}

}  // namespace

std::vector<std::string> missing_files(const idl::Pool& pool) {
  std::vector<std::string> lines;
  for (const auto& actor : pool.actors) {
    const auto missing = [&](std::string_view what, const std::string& name) {
      lines.push_back(concat(pool.path, ":", actor.at.line, ":", actor.at.column,
                             ": error: ", actor.name, ": no ", what, " ", name));
    };
    if (!actor.command.empty()) {
      if (!can_be_run(actor.command.front())) missing("program", actor.command.front());
    } else {
      if (!actor.interpreter.empty() && !can_be_run(actor.interpreter)) {
        missing("interpreter", actor.interpreter);
      }
      for (const auto& path : actor.python_path) {
        if (!is_directory(path)) missing("python path", path);
      }
    }
    if (!actor.dir.empty() && !is_directory(actor.dir)) missing("directory", actor.dir);
  }
  if (pool.batch && ::access(pool.batch->input.c_str(), R_OK) != 0) {
    lines.push_back(concat(pool.path, ": error: batch: cannot read ", pool.batch->input));
  }
  return lines;
}

}  // namespace kameo::cli

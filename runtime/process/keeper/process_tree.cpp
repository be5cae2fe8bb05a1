#include "process_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

namespace kameo::keeper {
namespace {

struct Process {
  pid_t pid = 0;
  pid_t parent = 0;
};

/// The fields after the command of /proc/<pid>/stat, which itself may hold blanks and brackets.
bool read_stat(const char* pid, Process& process, char& state) {
  const std::string path = std::string("/proc/") + pid + "/stat";
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;  // it has ended since the listing
  char text[512];
  const auto size = read(fd, text, sizeof text - 1);
  close(fd);
  if (size <= 0) return false;
  text[size] = '\0';
  const char* after_command = std::strrchr(text, ')');
  if (after_command == nullptr || std::strlen(after_command) < 5) return false;
  state = after_command[2];
  process.pid = static_cast<pid_t>(std::strtol(pid, nullptr, 10));
  process.parent = static_cast<pid_t>(std::strtol(after_command + 4, nullptr, 10));
  return true;
}

std::vector<Process> all_processes() {
  std::vector<Process> processes;
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return processes;
  while (const auto* entry = readdir(proc)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    Process process;
    char state = '?';
    if (!read_stat(entry->d_name, process, state)) continue;
    // A zombie has no children left and can make none.
    if (state != 'Z' && state != 'X') processes.push_back(process);
  }
  closedir(proc);
  return processes;
}

}  // namespace

std::vector<pid_t> descendants(pid_t root) {
  const auto processes = all_processes();
  std::vector<pid_t> found;
  std::vector<pid_t> parents{root};
  while (!parents.empty()) {
    std::vector<pid_t> children;
    for (const auto& process : processes) {
      if (std::find(parents.begin(), parents.end(), process.parent) != parents.end()) {
        children.push_back(process.pid);
      }
    }
    found.insert(found.end(), children.begin(), children.end());
    parents = std::move(children);
  }
  return found;
}

std::vector<pid_t> own_children() {
  std::vector<pid_t> found;
  const auto self = getpid();
  for (const auto& process : all_processes()) {
    if (process.parent == self) found.push_back(process.pid);
  }
  return found;
}

void kill_below(pid_t root) {
  // A process that sleeps in the kernel where nothing wakes it must not hold us for ever.
  for (int attempt = 0; attempt < 2000; ++attempt) {
    const auto below = descendants(root);
    if (below.empty()) return;
    for (const auto pid : below) kill(pid, SIGKILL);
    // They die on their own time; a millisecond keeps the search off the processor.
    const timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
}

}  // namespace kameo::keeper

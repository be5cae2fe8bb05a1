#include "folder_lock.hpp"

#include <kameo/concat.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace kameo::gen {

Result<FolderLock> FolderLock::take(const std::string& folder) {
  std::error_code why;
  std::filesystem::create_directories(folder, why);
  int fd = -1;
  if (!why) {
    fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int locked = -1;
    do {
      locked = fd < 0 ? -1 : ::flock(fd, LOCK_EX);
    } while (fd >= 0 && locked != 0 && errno == EINTR);
    if (locked != 0) why = {errno, std::generic_category()};
  }
  if (!why) return FolderLock(fd);
  if (fd >= 0) ::close(fd);
  return fail(errc::system, "cannot write into ", folder, ": ", why.message());
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace kameo::gen

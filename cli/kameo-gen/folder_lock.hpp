#pragma once

#include <kameo/result.hpp>

#include <string>

namespace kameo::gen {

/// Keeps other runs of kameo-gen out of a folder while it lives: builds start several at once, and
/// each reads what is there before it writes. Leaves no file behind; ends with the process.
class FolderLock {
 public:
  /// Makes the folder if there is none; waits for whoever holds the lock. Fails with `system`.
  [[nodiscard]] static Result<FolderLock> take(const std::string& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace kameo::gen

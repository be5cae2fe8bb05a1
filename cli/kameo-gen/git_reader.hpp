#pragma once

#include <kameo/idl/load.hpp>

#include <string>

namespace kameo::gen {

/// Files as a commit of their git repository has them; those outside of it as the disk has them.
class GitReader final : public idl::FileReader {
 public:
  /// `ref` is whatever names a commit to git: `main`, `HEAD~3`, `v1.2`.
  explicit GitReader(std::string ref) : ref_(std::move(ref)) {}

  /// Whether git knows the ref where `path` lies; fails with `system` where there is no git.
  [[nodiscard]] Result<bool> knows_ref(const std::string& path) const;
  /// Fails as idl::FileReader says.
  [[nodiscard]] Result<std::string> read(const std::string& path) override;

 private:
  std::string ref_;
};

}  // namespace kameo::gen

#pragma once

#include <kameo/schema/package.hpp>

#include <cstdint>
#include <vector>

namespace kameo::codegen::cpp {

/// Which types have limits: on a field of their own or somewhere in what they hold. The others get
/// no `check_limits`, so that they cost nothing.
class LimitedTypes {
 public:
  explicit LimitedTypes(const schema::Package& package);

  [[nodiscard]] bool contains(std::uint32_t named) const noexcept { return limited_[named]; }
  /// Whether something with limits stands in a value of this type.
  [[nodiscard]] bool reaches(const schema::Type& type) const;

 private:
  [[nodiscard]] bool any(const std::vector<schema::Field>& fields) const;

  std::vector<bool> limited_;
};

}  // namespace kameo::codegen::cpp

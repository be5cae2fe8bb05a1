#pragma once

#include <kameo/schema/package.hpp>

#include "declaration.hpp"

#include <cstdint>
#include <optional>

namespace kameo::idl {

/// Looks up what a pool file names in its schemas: `Name`, or `package.Name` where several packages
/// have one.
class PoolNames {
 public:
  PoolNames(const schema::Package& package, Report& report) : package_(package), report_(report) {}

  /// The index; none where it is not there, and it has been said.
  [[nodiscard]] std::optional<std::uint32_t> actor(const Name& name) const;
  [[nodiscard]] std::optional<std::uint32_t> module(const Name& name) const;

 private:
  const schema::Package& package_;
  Report& report_;
};

}  // namespace kameo::idl

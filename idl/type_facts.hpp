#pragma once

#include "draft.hpp"

#include <cstdint>
#include <vector>

namespace kameo::idl {

/// Aliases that lead in a circle, or whose targets hold themselves: no language could write them.
[[nodiscard]] bool check_aliases(const Draft& draft, Report& report);

/// Sizes of the types of a draft whose aliases are sound.
class TypeFacts {
 public:
  explicit TypeFacts(const Draft& draft);

  /// The size of a type of which no finite value exists.
  static constexpr std::uint64_t infinite = ~std::uint64_t{0};

  /// The fewest bytes that a value takes; capped far beyond what can travel.
  [[nodiscard]] std::uint64_t min_bytes(const schema::Type& type) const;
  [[nodiscard]] std::uint64_t min_bytes(std::uint32_t named) const { return named_[named]; }

 private:
  [[nodiscard]] std::uint64_t measure(std::uint32_t named) const;
  [[nodiscard]] std::uint64_t measure(const std::vector<schema::Field>& fields) const;

  const Draft& draft_;
  std::vector<std::uint64_t> named_;
};

/// Types of which no finite value exists.
[[nodiscard]] bool check_finite(const Draft& draft, const TypeFacts& facts, Report& report);

}  // namespace kameo::idl

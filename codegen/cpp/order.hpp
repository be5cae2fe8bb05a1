#pragma once

#include <kameo/schema/package.hpp>

#include <cstdint>
#include <vector>

namespace kameo::codegen::cpp {

/// Which type must be complete before which, so that the header compiles from top to bottom.
class Order {
 public:
  explicit Order(const schema::Package& package);

  /// The types of the root package as they are written: enums, then each after those it holds.
  [[nodiscard]] const std::vector<std::uint32_t>& types() const noexcept { return types_; }
  /// Those of them that are named before they are written.
  [[nodiscard]] const std::vector<std::uint32_t>& forward() const noexcept { return forward_; }

  /// Whether `held` contains `holder` again, so that one in the other takes a kameo::Box.
  [[nodiscard]] bool needs_box(std::uint32_t holder, std::uint32_t held) const noexcept {
    return component_[holder] == component_[held] && in_cycle_[holder];
  }
  /// Whether a value of the type can hold another one of it, through a list too.
  [[nodiscard]] bool is_recursive(std::uint32_t type) const noexcept { return recursive_[type]; }
  /// Whether every member has an order, so that `<=>` can be had for the asking.
  [[nodiscard]] bool has_order(std::uint32_t type) const noexcept { return ordered_[type]; }
  /// The variant that a default-made one holds: the first that ends, which one that holds the union
  /// again need not.
  [[nodiscard]] std::uint32_t default_variant(std::uint32_t tagged_union) const noexcept {
    return default_variant_[tagged_union];
  }

 private:
  void find_components();
  void find_recursion();
  void find_orders();
  void find_default_variants();
  void sort_types();

  const schema::Package& package_;
  std::vector<std::vector<std::uint32_t>> by_value_;  // what lies inside the object itself
  std::vector<std::vector<std::uint32_t>> mentions_;  // that, and what lies in its containers
  std::vector<std::uint32_t> component_;
  std::vector<bool> in_cycle_;  // of by_value_
  std::vector<bool> recursive_;
  std::vector<bool> ordered_;
  std::vector<std::uint32_t> default_variant_;
  std::vector<std::uint32_t> types_;
  std::vector<std::uint32_t> forward_;
};

}  // namespace kameo::codegen::cpp

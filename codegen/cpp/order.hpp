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

  /// Whether `held`, inside `holder` itself, contains `holder` again: it takes a kameo::Box.
  [[nodiscard]] bool needs_box(std::uint32_t holder, std::uint32_t held) const noexcept {
    return by_value_.contains(holder, held);
  }
  /// The same where `held` is part of what a container of `holder` holds. A vector of a type that
  /// is not complete yet compiles; a map of it, or a vector of optionals of it, need not.
  [[nodiscard]] bool needs_box_in_container(std::uint32_t holder,
                                            std::uint32_t held) const noexcept {
    return mentions_.contains(holder, held);
  }
  /// Whether a value of the type can hold another one of it, through a list too.
  [[nodiscard]] bool is_recursive(std::uint32_t type) const noexcept {
    return mentions_.in_cycle[type];
  }
  /// Whether every member has an order, so that `<=>` can be had for the asking.
  [[nodiscard]] bool has_order(std::uint32_t type) const noexcept { return ordered_[type]; }
  /// Whether its C++ type is as cheap to copy as its bytes: then there is nothing to move.
  [[nodiscard]] bool copies_trivially(const schema::Type& type) const;
  [[nodiscard]] bool copies_trivially(const std::vector<schema::Field>& fields) const;
  /// The variant that a default-made one holds: the first that ends, which one that holds the union
  /// again need not.
  [[nodiscard]] std::uint32_t default_variant(std::uint32_t tagged_union) const noexcept {
    return default_variant_[tagged_union];
  }

 private:
  /// Who holds whom, and which of them hold each other.
  struct Graph {
    std::vector<std::vector<std::uint32_t>> edges;
    std::vector<std::uint32_t> component;
    std::vector<bool> in_cycle;

    [[nodiscard]] bool contains(std::uint32_t a, std::uint32_t b) const noexcept {
      return component[a] == component[b] && in_cycle[a];
    }
    void find_components();
  };

  void find_orders();
  void find_trivial();
  void find_default_variants();
  void sort_types();

  const schema::Package& package_;
  Graph by_value_;  // what lies inside the object itself
  Graph mentions_;  // that, and what lies in its containers
  std::vector<bool> ordered_;
  std::vector<bool> trivial_;
  std::vector<std::uint32_t> default_variant_;
  std::vector<std::uint32_t> types_;
  std::vector<std::uint32_t> forward_;
};

}  // namespace kameo::codegen::cpp

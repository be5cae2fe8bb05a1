#pragma once

#include <kameo/schema/package.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace kameo::evolution {

/// One thing that is other in a newer version of a schema, and what it breaks.
struct Change {
  std::string where;  ///< the declaration: `trading.Tick`, `trading.Strategy.evaluate`
  std::string what;   ///< one line: "field `price` is f32, was f64"
  /// The routes that programs of the two versions cannot use with each other because of it:
  /// `trading.Strategy.evaluate`, `trading.market.Price`.
  std::vector<std::string> routes;
  /// The routes on which the child of two such programs translates it: what is new stands at the
  /// end, and a reader without it does as well.
  std::vector<std::string> translated;
  bool cpp = false;        ///< C++ that uses the generated code may have to be edited
  bool python = false;     ///< the same for Python
  std::string file;        ///< where the newer version declares it; empty where it does not
  std::uint32_t line = 0;  ///< 0: unknown

  [[nodiscard]] bool wire() const noexcept { return !routes.empty(); }
  [[nodiscard]] bool breaks() const noexcept { return wire() || cpp || python; }

  friend bool operator==(const Change&, const Change&) = default;
};

/// What changed from one version of a schema to the next, imports included, in the order of the
/// declarations: what breaks and what does not. Docs, deprecations, budgets, deadlines and
/// concurrency are no changes here. Same packages, same changes.
[[nodiscard]] std::vector<Change> compare(const schema::Package& before,
                                          const schema::Package& after);

}  // namespace kameo::evolution

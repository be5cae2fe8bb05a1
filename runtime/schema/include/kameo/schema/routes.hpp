#pragma once

#include <kameo/schema/package.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace kameo::schema {

/// The number that stands for a handler or callback in the frames of one session. 0 is no route.
using RouteNumber = std::uint16_t;

/// What the two sides of a session can ask each other.
struct Route {
  enum class Direction : std::uint8_t { to_child, to_parent };

  RouteNumber number = 0;
  Direction direction = Direction::to_child;
  std::string name;  ///< handler: `evaluate`; callback, used or provided: `market.Price`
  const Method* method = nullptr;
  /// Equal on two sides exactly when each understands the other's messages of this route.
  std::uint64_t fingerprint = 0;
};

/// The routes of one child: the handlers of its actor 1…n in order of declaration, then the
/// callbacks of the modules that the actor uses, then those of the modules that it provides to
/// others (`to_child`). `actor` may be null for a child that only provides.
/// The pointers live as long as `package`.
[[nodiscard]] std::vector<Route> routes_of(const Package& package, const Actor* actor,
                                           std::span<const std::uint32_t> provides = {});

/// A hash of all that decides how the messages of a method are written: kinds, names and order of
/// fields, variants and enum values, through every type it reaches. Doc, limits, defaults, budgets
/// do not count. FNV-1a, 64 bits, over the canonical text (docs/protocol.md, "Fingerprints").
[[nodiscard]] std::uint64_t fingerprint(const Package& package, const Method& method);
/// The text that is hashed; for tests and for naming the first difference.
[[nodiscard]] std::string canonical(const Package& package, const Method& method);

/// The same for a structure, such as an actor's config.
[[nodiscard]] std::uint64_t fingerprint(const Package& package, std::uint32_t structure);

}  // namespace kameo::schema

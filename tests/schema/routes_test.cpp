#include "sample_package.hpp"

#include <kameo/schema/routes.hpp>

#include <catch2/catch.hpp>

#include <array>

using namespace kameo::schema;
using namespace kameo::schema::test;

TEST_CASE("routes are the handlers, then the callbacks used, then those provided", "[routes]") {
  const auto package = trading();
  const auto routes = routes_of(package, &package.actors[0]);
  REQUIRE(routes.size() == 2);
  CHECK(routes[0].number == 1);
  CHECK(routes[0].name == "evaluate");
  CHECK(routes[0].direction == Route::Direction::to_child);
  CHECK(routes[0].method == &package.actors[0].handlers[0]);
  CHECK(routes[0].fingerprint == fingerprint(package, package.actors[0].handlers[0]));
  CHECK(routes[1].number == 2);
  CHECK(routes[1].name == "market.Price");
  CHECK(routes[1].direction == Route::Direction::to_parent);

  const std::array<std::uint32_t, 1> provides{0};
  const auto both = routes_of(package, &package.actors[0], provides);
  REQUIRE(both.size() == 3);
  CHECK(both[2].number == 3);
  CHECK(both[2].name == "market.Price");
  CHECK(both[2].direction == Route::Direction::to_child);
}

TEST_CASE("a child that only provides has no handlers", "[routes]") {
  const auto package = trading();
  const std::array<std::uint32_t, 1> provides{0};
  const auto routes = routes_of(package, nullptr, provides);
  REQUIRE(routes.size() == 1);
  CHECK(routes[0].number == 1);
  CHECK(routes[0].direction == Route::Direction::to_child);
}

#include "sample_package.hpp"

#include <catch2/catch.hpp>

#include <limits>

namespace {

using namespace kameo::schema;
using namespace kameo::schema::test;

std::string spelling(const Type& type) {
  return to_string(trading(), type);
}
std::size_t min_bytes(const Type& type) {
  return min_encoded_bytes(trading(), type);
}

}  // namespace

TEST_CASE("a type is spelled as the IDL spells it, with full names", "[schema]") {
  CHECK(spelling(scalar(Kind::boolean)) == "bool");
  CHECK(spelling(scalar(Kind::u64)) == "u64");
  CHECK(spelling(named(tick)) == "trading.Tick");
  CHECK(spelling(of(Kind::list, {of(Kind::optional, {named(tick)})})) ==
        "list<optional<trading.Tick>>");
  CHECK(spelling(of(Kind::map, {scalar(Kind::string), scalar(Kind::f64)})) == "map<string; f64>");
  CHECK(spelling(of(Kind::fixed_array, {scalar(Kind::u8)}, {4})) == "fixed<u8; 4>");
  CHECK(spelling(of(Kind::numeric_array, {scalar(Kind::f64)})) == "array<f64>");
  CHECK(spelling(of(Kind::numeric_array, {scalar(Kind::f64)}, {0, 3})) == "array<f64; *x3>");
  CHECK(spelling(of(Kind::tuple, {scalar(Kind::i8), scalar(Kind::uuid)})) == "tuple<i8; uuid>");
}

TEST_CASE("every kind has a spelling of its own", "[schema]") {
  std::vector<std::string_view> seen;
  for (std::size_t i = 0; i < kind_count; ++i) {
    const auto text = to_string(static_cast<Kind>(i));
    CHECK(std::find(seen.begin(), seen.end(), text) == seen.end());
    seen.push_back(text);
  }
  CHECK(seen.front() == "bool");
  CHECK(seen[static_cast<std::size_t>(Kind::decimal)] == "decimal");
  CHECK(seen[static_cast<std::size_t>(Kind::numeric_array)] == "array");
  CHECK(to_string(static_cast<Kind>(200)) == "unknown");
}

TEST_CASE("kinds are sorted into integers, numbers and scalars", "[schema]") {
  CHECK_FALSE(is_integer(Kind::boolean));
  CHECK(is_integer(Kind::i8));
  CHECK(is_integer(Kind::u64));
  CHECK_FALSE(is_integer(Kind::f32));
  CHECK(is_number(Kind::f64));
  CHECK_FALSE(is_number(Kind::string));
  CHECK(is_scalar(Kind::decimal));
  CHECK_FALSE(is_scalar(Kind::optional));
}

TEST_CASE("actors and modules are found by their full name, and by their own in the root package",
          "[schema]") {
  auto package = trading();
  auto other = package.actors[0];
  other.package = "lib.deep";
  other.name = "Helper";
  package.actors.push_back(other);

  CHECK(package.find_actor("Strategy") == &package.actors[0]);
  CHECK(package.find_actor("trading.Strategy") == &package.actors[0]);
  CHECK(package.find_actor("lib.deep.Helper") == &package.actors[1]);
  CHECK(package.find_actor("Helper") == nullptr);
  CHECK(package.find_actor("deep.Helper") == nullptr);
  CHECK(package.find_actor("") == nullptr);
  CHECK(package.find_module("market") == &package.modules[0]);
  CHECK(package.find_module("trading.market") == &package.modules[0]);
  CHECK(package.find_module("trading.") == nullptr);
}

TEST_CASE("an alias is followed to what it stands for", "[schema]") {
  auto package = trading();
  package.types.push_back(alias("Again", named(prices)));
  const auto again = named(static_cast<std::uint32_t>(package.types.size() - 1));
  CHECK(resolve(package, again).kind == Kind::map);
  CHECK(resolve(package, named(tick)).ref == tick);
}

TEST_CASE("the fewest bytes of a value are the sum of its parts", "[schema]") {
  CHECK(min_bytes(scalar(Kind::boolean)) == 1);
  CHECK(min_bytes(scalar(Kind::u16)) == 2);
  CHECK(min_bytes(scalar(Kind::f32)) == 4);
  CHECK(min_bytes(scalar(Kind::duration)) == 8);
  CHECK(min_bytes(scalar(Kind::uuid)) == 16);
  CHECK(min_bytes(scalar(Kind::decimal)) == 19);
  CHECK(min_bytes(scalar(Kind::string)) == 4);
  CHECK(min_bytes(named(side)) == 2);
  CHECK(min_bytes(named(tick)) == 4 + 8 + 8);
  CHECK(min_bytes(named(order)) == 2);  // `cancel`
  CHECK(min_bytes(named(tree)) == 2 + 4);
  CHECK(min_bytes(named(prices)) == 4);
  CHECK(min_bytes(of(Kind::optional, {named(tick)})) == 1);
  CHECK(min_bytes(of(Kind::fixed_array, {named(tick)}, {3})) == 60);
  CHECK(min_bytes(of(Kind::tuple, {named(tick), scalar(Kind::i8)})) == 21);
  CHECK(min_bytes(of(Kind::numeric_array, {scalar(Kind::f64)})) == 4);
  CHECK(min_bytes(of(Kind::numeric_array, {scalar(Kind::i16)}, {2, 3})) == 8 + 12);
  CHECK(min_bytes(of(Kind::numeric_array, {scalar(Kind::i16)}, {0, 3})) == 8);
}

TEST_CASE("lengths whose product does not fit saturate", "[schema]") {
  auto type = scalar(Kind::uuid);
  for (int i = 0; i < 4; ++i) type = of(Kind::fixed_array, {type}, {0xFFFFFFFF});
  CHECK(min_bytes(type) == std::numeric_limits<std::size_t>::max());
}

TEST_CASE("types that share others are measured in no time", "[schema]") {
  Package package;
  package.types.push_back(structure("S0", {field("a", scalar(Kind::u8))}));
  for (std::uint32_t i = 1; i < 60; ++i) {
    package.types.push_back(structure("S", {field("a", named(i - 1)), field("b", named(i - 1))}));
  }
  CHECK(min_encoded_bytes(package, named(59)) == std::size_t{1} << 59U);
}

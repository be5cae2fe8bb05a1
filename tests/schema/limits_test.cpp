#include <catch2/catch.hpp>

#include <kameo/schema/limits.hpp>

namespace kameo::schema {
namespace {

TEST_CASE("limits are told in words that stand behind the type's name", "[schema][limits]") {
  Limits limits;
  CHECK(describe(limits, Kind::u32).empty());

  limits.min = "1";
  CHECK(describe(limits, Kind::u32) == " of at least 1");
  limits.max = "10000";
  CHECK(describe(limits, Kind::u32) == " in 1..10000");
  limits.multiple_of = "5";
  CHECK(describe(limits, Kind::u32) == " in 1..10000, a multiple of 5");
  limits.min.reset();
  limits.max.reset();
  CHECK(describe(limits, Kind::u32) == ", a multiple of 5");
}

TEST_CASE("lengths and items are told with what is counted", "[schema][limits]") {
  Limits limits;
  limits.max_length = 1;
  CHECK(describe(limits, Kind::string) == " of at most 1 character");
  CHECK(describe(limits, Kind::bytes) == " of at most 1 byte");
  limits.min_length = 1;
  CHECK(describe(limits, Kind::string) == " of 1 character");
  limits.max_length = 20;
  limits.pattern = "[a-z]+";
  CHECK(describe(limits, Kind::string) == " of 1 to 20 characters, matching `[a-z]+`");

  Limits items;
  items.min_items = 2;
  items.unique = true;
  CHECK(describe(items, Kind::list) == " of at least 2 elements, no two of them equal");
}

TEST_CASE("a scalar takes as many bytes as its codec writes", "[schema][type]") {
  CHECK(scalar_bytes(Kind::boolean) == 1);
  CHECK(scalar_bytes(Kind::i8) == 1);
  CHECK(scalar_bytes(Kind::u16) == 2);
  CHECK(scalar_bytes(Kind::f32) == 4);
  CHECK(scalar_bytes(Kind::string) == 4);  // the length alone
  CHECK(scalar_bytes(Kind::u64) == 8);
  CHECK(scalar_bytes(Kind::timestamp) == 8);
  CHECK(scalar_bytes(Kind::uuid) == 16);
  CHECK(scalar_bytes(Kind::decimal) == 19);
  CHECK(scalar_bytes(Kind::list) == 0);
}

}  // namespace
}  // namespace kameo::schema

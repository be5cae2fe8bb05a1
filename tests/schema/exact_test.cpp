#include <catch2/catch.hpp>

#include <kameo/schema/exact.hpp>

namespace kameo::schema {
namespace {

Exact number(std::string_view text) {
  const auto parsed = Exact::parse(text);
  INFO(text);
  REQUIRE(parsed);
  return *parsed;
}

}  // namespace

TEST_CASE("numbers compare by value, however they are written", "[schema][exact]") {
  CHECK(std::is_eq(number("1.50").compare(number("15e-1"))));
  CHECK(std::is_gt(number("18446744073709551615").compare(number("18446744073709551614"))));
  CHECK(std::is_lt(number("-2").compare(number("-1"))));
  CHECK(std::is_lt(number("-1").compare(number("1"))));
  CHECK(std::is_eq(number("-0.0").compare(number("0"))));
  CHECK(std::is_lt(number("0.1").compare(number("0.10000000000000000001"))));
  CHECK(std::is_lt(number("9").compare(number("10"))));
  CHECK(std::is_gt(number("1e300").compare(number("1e-300"))));
}

TEST_CASE("multiples are exact", "[schema][exact]") {
  CHECK(number("0.3").is_multiple_of(number("0.1")));
  CHECK_FALSE(number("0.35").is_multiple_of(number("0.1")));
  CHECK(number("18446744073709551614").is_multiple_of(number("2")));
  CHECK_FALSE(number("18446744073709551615").is_multiple_of(number("2")));
  CHECK(number("0").is_multiple_of(number("7")));
  CHECK(number("-9").is_multiple_of(number("3")));
  CHECK(number("1E+3").is_multiple_of(number("250")));
}

TEST_CASE("text that is no number is none", "[schema][exact]") {
  for (const auto* bad :
       {"", "-", ".", "1.2.3", "1e", "e5", "0x10", "1_0", ".inf", " 1", "1e999999"}) {
    INFO(bad);
    CHECK_FALSE(Exact::parse(bad));
  }
}

}  // namespace kameo::schema

#include <kameo/decimal.hpp>

#include <catch2/catch.hpp>

namespace {

using namespace kameo;

std::string again(std::string_view text) {
  return to_string(parse_decimal(text).value());
}

Decimal number(std::uint64_t low, int exponent, bool negative = false) {
  Decimal decimal;
  decimal.low = low;
  decimal.exponent = static_cast<std::int16_t>(exponent);
  decimal.negative = negative;
  return decimal;
}

}  // namespace

// What Python 3.11's str(Decimal(text)) says for each.
TEST_CASE("a decimal prints as Python prints it", "[decimal]") {
  const auto [text, python] = GENERATE(table<const char*, const char*>({
      {"0", "0"},
      {"-0", "-0"},
      {"0.00", "0.00"},
      {"1", "1"},
      {"+1.50", "1.50"},
      {"-1.50", "-1.50"},
      {"007", "7"},
      {"1E3", "1E+3"},
      {"1e+3", "1E+3"},
      {"12E3", "1.2E+4"},
      {"0E3", "0E+3"},
      {"0.000001", "0.000001"},
      {"0.0000001", "1E-7"},
      {"0.0000000", "0E-7"},
      {"12345E-10", "0.0000012345"},
      {"12345E-11", "1.2345E-7"},
      {"123.456E-1", "12.3456"},
      {"1.5E6111", "1.5E+6111"},
      {"1E-6176", "1E-6176"},
      {"9999999999999999999999999999999999", "9999999999999999999999999999999999"},
      {"0.9999999999999999999999999999999999", "0.9999999999999999999999999999999999"},
      {"9999999999999999999999999999999999E6111", "9.999999999999999999999999999999999E+6144"},
      {"00000000000000000000000000000000000000000000001", "1"},
  }));
  CAPTURE(text);
  CHECK(again(text) == python);
}

TEST_CASE("1.0 and 1.00 are different values", "[decimal]") {
  CHECK_FALSE(parse_decimal("1.0").value() == parse_decimal("1.00").value());
  CHECK(parse_decimal("1.0").value() == number(10, -1));
  CHECK(parse_decimal("-0").value() == number(0, 0, true));
}

TEST_CASE("what a decimal cannot be is refused with the reason", "[decimal]") {
  const auto [text, why] = GENERATE(table<const char*, const char*>({
      {"", "digits are expected"},
      {"-", "digits are expected"},
      {".5", "digits are expected"},
      {"1.", "after the point"},
      {"1E", "after the E"},
      {"1E+", "after the E"},
      {"1 ", "is expected"},
      {" 1", "digits are expected"},
      {"1_000", "is expected"},
      {"--1", "digits are expected"},
      {"0x10", "is expected"},
      {"NaN", "digits are expected"},
      {"Infinity", "digits are expected"},
      {"1E6112", "exponent"},
      {"1E-6177", "exponent"},
      {"1E99999999999999999999999999", "exponent"},
      {"1E-99999999999999999999999999", "exponent"},
      {"10000000000000000000000000000000000", "34 digits"},
      {"0.12345678901234567890123456789012345", "34 digits"},
  }));
  CAPTURE(text);
  const auto refused = parse_decimal(text);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::invalid_argument);
  CHECK_THAT(refused.error().message(), Catch::Contains(why));
}

TEST_CASE("validity ends at 34 digits and at the exponents of decimal128", "[decimal]") {
  CHECK(is_valid(number(1, 6111)));
  CHECK(is_valid(number(1, -6176)));
  CHECK_FALSE(is_valid(number(1, 6112)));
  CHECK_FALSE(is_valid(number(1, -6177)));
  auto greatest = parse_decimal("9999999999999999999999999999999999").value();
  CHECK(is_valid(greatest));
  ++greatest.low;
  CHECK_FALSE(is_valid(greatest));
}

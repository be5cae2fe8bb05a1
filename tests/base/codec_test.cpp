#include "../support/hex.hpp"
#include "sample_types.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

namespace {

using namespace kameo;
using test::to_hex;

/// Encodes, checks that the size was foretold, decodes, compares.
template <class T>
void round_trip(const T& value) {
  const auto bytes = encode_payload(value);
  REQUIRE(bytes);
  CHECK(bytes->size() == Codec<T>::end(0, value));
  const auto back = decode_payload<T>(*bytes);
  REQUIRE(back);
  CHECK((*back == value));
  // Every shorter payload is an error: nothing is filled up with zeros in silence.
  for (std::size_t size = 0; size < bytes->size(); ++size) {
    const auto part = decode_payload<T>(ByteView(*bytes).first(size));
    REQUIRE_FALSE(part);
    CHECK(part.error().code() == errc::bad_request);
  }
}

template <class T>
std::string hex_of(const T& value) {
  return to_hex(encode_payload(value).value());
}

}  // namespace

TEMPLATE_TEST_CASE("the least and the greatest number of every integer type come back", "[codec]",
                   std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                   std::uint16_t, std::uint32_t, std::uint64_t) {
  round_trip(std::numeric_limits<TestType>::min());
  round_trip(std::numeric_limits<TestType>::max());
  round_trip(TestType{1});
}

TEMPLATE_TEST_CASE("floating point comes back bit by bit", "[codec]", float, double) {
  using Limits = std::numeric_limits<TestType>;
  for (const auto value : {TestType{0}, -TestType{0}, Limits::min(), Limits::max(),
                           Limits::denorm_min(), Limits::infinity(), -Limits::infinity()}) {
    const auto back = decode_payload<TestType>(encode_payload(value).value()).value();
    CHECK(std::memcmp(&back, &value, sizeof value) == 0);
  }
}

TEST_CASE("the payload of a NaN is kept", "[codec]") {
  const auto value = std::bit_cast<double>(0x7FF800000000ABCDU);
  const auto back = decode_payload<double>(encode_payload(value).value()).value();
  CHECK(std::bit_cast<std::uint64_t>(back) == 0x7FF800000000ABCDU);
}

TEST_CASE("numbers are little-endian and as wide as their type", "[codec]") {
  CHECK(hex_of(std::uint32_t{0x01020304}) == "04 03 02 01");
  CHECK(hex_of(std::int16_t{-2}) == "fe ff");
  CHECK(hex_of(true) == "01");
  CHECK(hex_of(1.0) == "00 00 00 00 00 00 f0 3f");
  CHECK(hex_of(1.0F) == "00 00 80 3f");
}

TEST_CASE("text, bytes and the scalars of more than one word are written as the protocol says",
          "[codec]") {
  CHECK(hex_of(std::string("ä")) == "02 00 00 00 c3 a4");
  CHECK(hex_of(Bytes{std::byte{7}}) == "01 00 00 00 07");
  CHECK(hex_of(Timestamp(Duration(1))) == "01 00 00 00 00 00 00 00");
  CHECK(hex_of(Duration(-1)) == "ff ff ff ff ff ff ff ff");
  CHECK(hex_of(parse_uuid("00112233-4455-6677-8899-aabbccddeeff").value()) ==
        "00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff");
  CHECK(hex_of(parse_decimal("-1.50").value()) ==
        "96 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 fe ff 01");
}

TEST_CASE("containers are a count and their elements", "[codec]") {
  CHECK(hex_of(std::vector<std::uint8_t>{1, 2}) == "02 00 00 00 01 02");
  CHECK(hex_of(std::set<std::uint8_t>{2, 1}) == "02 00 00 00 01 02");
  CHECK(hex_of(std::map<std::uint8_t, bool>{{5, true}}) == "01 00 00 00 05 01");
  CHECK(hex_of(std::optional<std::uint8_t>{}) == "00");
  CHECK(hex_of(std::optional<std::uint8_t>{9}) == "01 09");
  CHECK(hex_of(std::array<std::uint8_t, 3>{1, 2, 3}) == "01 02 03");
  CHECK(hex_of(std::tuple<bool, std::uint16_t>{true, 2}) == "01 02 00");
}

TEST_CASE("an enum is its index and a struct its fields in order", "[codec]") {
  CHECK(hex_of(sample::Side::sell) == "01 00");
  CHECK(hex_of(sample::Tick{"A", 1.0, Timestamp(Duration(2))}) ==
        "01 00 00 00 41 00 00 00 00 00 00 f0 3f 02 00 00 00 00 00 00 00");
}

TEST_CASE("the elements of a numeric array are aligned to their size from the payload's start",
          "[codec]") {
  CHECK(hex_of(NumericArray<double>({1.0})) == "01 00 00 00 00 00 00 00 00 00 00 00 00 00 f0 3f");
  CHECK(hex_of(NumericArray<std::uint8_t>({7})) == "01 00 00 00 07");
  CHECK(hex_of(std::tuple<std::uint8_t, NumericArray<std::uint16_t>>{1, {{2}}}) ==
        "01 01 00 00 00 00 02 00");
}

TEST_CASE("a value of every container comes back", "[codec]") {
  round_trip(std::string("snow ☃ and \0 nul", 18));
  round_trip(Bytes(300, std::byte{0xFF}));
  round_trip(std::vector<std::string>{"", "a", "bc"});
  round_trip(std::vector<bool>{true, false, true});
  round_trip(std::set<std::string>{"", "x"});
  round_trip(std::set<sample::Side>{sample::Side::buy, sample::Side::sell});
  round_trip(std::map<std::string, std::vector<std::uint32_t>>{{"a", {1}}, {"b", {}}});
  round_trip(std::map<Uuid, Decimal>{{Uuid{}, Decimal{}}});
  round_trip(std::optional<std::vector<std::optional<std::int32_t>>>{{1, std::nullopt}});
  round_trip(std::array<std::string, 2>{"x", "y"});
  round_trip(std::tuple<std::string, Timestamp, Box<std::string>>{"x", Timestamp::max(), "y"});
  round_trip(std::vector<sample::Tick>{{"A", 1.5, Timestamp::min()}, {}});
  round_trip(sample::Tree{1, {{2, {}}, {3, {{4, {}}}}}});
}

TEST_CASE("numeric arrays of every declared form come back", "[codec]") {
  round_trip(NumericArray<float>());
  round_trip(NumericArray<std::int64_t>({1, -1}));
  round_trip(NumericArray<double, 2, 3>());
  round_trip(NumericArray<double, 2, 3>({2, 3}, {1, 2, 3, 4, 5, 6}));
  round_trip(NumericArray<std::int8_t, 0, 2>({3, 2}, {1, 2, 3, 4, 5, 6}));
  round_trip(NumericArray<std::int32_t, 0, 0>({0, 5}, {}));
  round_trip(std::vector<NumericArray<double>>{{{1.0}}, {{}}, {{2.0, 3.0}}});
}

TEST_CASE(
    "an array of as many dimensions as the declaration has, but of another length, is not sent",
    "[codec]") {
  using Array = NumericArray<double, 2, 0>;
  for (const auto& bad :
       {Array({3, 1}, {1, 2, 3}), Array({2, 2}, {1, 2, 3}), Array({2, 0x80000000U}, {})}) {
    CHECK_FALSE(bad.is_valid());
    const auto bytes = encode_payload(bad);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code() == errc::invalid_argument);
  }
}

TEST_CASE("dimensions whose product wraps to zero are no valid shape", "[codec]") {
  using Array = NumericArray<double, 0, 0, 0, 0>;
  const Array bad({65536, 65536, 65536, 65536}, {});
  CHECK_FALSE(bad.is_valid());
}

TEST_CASE("text that is not UTF-8 and a decimal out of range are not sent", "[codec]") {
  const auto text = encode_payload(std::vector<std::string>{"good", "b\xC3"});
  REQUIRE_FALSE(text);
  CHECK(text.error().code() == errc::invalid_argument);
  CHECK_THAT(text.error().message(), Catch::Contains("at its byte 1"));

  Decimal decimal;
  decimal.high = std::numeric_limits<std::uint64_t>::max();
  const auto number = encode_payload(decimal);
  REQUIRE_FALSE(number);
  CHECK(number.error().code() == errc::invalid_argument);
}

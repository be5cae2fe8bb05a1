// What the codec does with payloads that no well-behaved peer sends.

#include "../support/hex.hpp"
#include "sample_types.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace kameo;
using test::from_hex;

template <class T>
Error refusal(std::string_view hex, CodecLimits limits = {}) {
  const auto bytes = from_hex(hex);
  const auto value = decode_payload<T>(bytes, limits);
  REQUIRE_FALSE(value);
  return value.error();
}

/// Owns as many bytes in memory as a page for one on the wire, and counts how many were made.
struct Bulky {
  static inline std::size_t made = 0;
  std::array<char, 4096> room{};
  Bulky() { ++made; }
};
void decode(Decoder& in, Bulky&) {
  static_cast<void>(in.flag());
}

}  // namespace

TEST_CASE("bytes after the value are refused", "[codec][limits]") {
  const auto error = refusal<std::uint8_t>("01 00");
  CHECK(error.code() == errc::bad_request);
  CHECK_THAT(error.message(), Catch::Contains("1 bytes after the end"));
}

TEST_CASE("an error names the offset where it was found", "[codec][limits]") {
  CHECK_THAT((refusal<std::tuple<std::uint32_t, bool>>("00 00 00 00 02").message()),
             Catch::Contains("payload offset 5"));
}

TEST_CASE("flags other than 0 and 1 are refused", "[codec][limits]") {
  CHECK(refusal<bool>("02").code() == errc::bad_request);
  CHECK(refusal<std::optional<bool>>("ff 01").code() == errc::bad_request);
  CHECK(refusal<std::vector<bool>>("01 00 00 00 02").code() == errc::bad_request);
}

TEST_CASE("an enum number beyond its values is refused and the enum named", "[codec][limits]") {
  CHECK_THAT(refusal<sample::Side>("02 00").message(), Catch::Contains("Side has 2"));
}

TEST_CASE("text that is not UTF-8 is refused, also when it is a key", "[codec][limits]") {
  CHECK(refusal<std::string>("02 00 00 00 c0 80").code() == errc::bad_request);
  CHECK((refusal<std::map<std::string, bool>>("01 00 00 00 01 00 00 00 ff 00").code()) ==
        errc::bad_request);
}

TEST_CASE("an element twice in a set and a key twice in a map are refused", "[codec][limits]") {
  CHECK_THAT(refusal<std::set<std::uint8_t>>("02 00 00 00 07 07").message(),
             Catch::Contains("twice in a set"));
  CHECK_THAT((refusal<std::map<std::uint8_t, std::uint8_t>>("02 00 00 00 07 01 07 02").message()),
             Catch::Contains("twice in a map"));
}

TEST_CASE("sets and maps may come in any order", "[codec][limits]") {
  const auto set = decode_payload<std::set<std::uint8_t>>(from_hex("02 00 00 00 09 01"));
  CHECK(set.value() == std::set<std::uint8_t>{1, 9});
}

TEST_CASE("a decimal of more than 34 digits or of an exponent out of range is refused",
          "[codec][limits]") {
  // 10^34, the first that has 35 digits.
  CHECK(refusal<Decimal>("00 00 00 00 64 8e 8d 37 c0 87 ad be 09 ed 01 00 00 00 00").code() ==
        errc::bad_request);
  CHECK(decode_payload<Decimal>(
      from_hex("ff ff ff ff 63 8e 8d 37 c0 87 ad be 09 ed 01 00 00 00 00")));
  // Exponent 6112.
  CHECK(refusal<Decimal>("01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 e0 17 00").code() ==
        errc::bad_request);
  // A sign that is neither.
  CHECK(refusal<Decimal>("01 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 02").code() ==
        errc::bad_request);
}

TEST_CASE("a count that cannot be true is refused before memory is taken for it",
          "[codec][limits]") {
  Bulky::made = 0;
  CHECK(refusal<std::vector<Bulky>>("ff ff ff ff 00 00").code() == errc::bad_request);
  CHECK(Bulky::made == 0);
}

TEST_CASE("a list grows as its elements are read, not by what its count says", "[codec][limits]") {
  Bulky::made = 0;
  auto bytes = from_hex("00 10 00 00");  // 4096 elements, the first of them bad
  bytes.resize(4 + 4096, std::byte{9});
  CHECK_FALSE(decode_payload<std::vector<Bulky>>(bytes));
  CHECK(Bulky::made == 1);
}

TEST_CASE("a length beyond the payload is refused for text and bytes", "[codec][limits]") {
  CHECK_THAT(refusal<std::string>("ff ff ff ff 41").message(), Catch::Contains("4294967295"));
  CHECK(refusal<Bytes>("02 00 00 00 41").code() == errc::bad_request);
}

TEST_CASE("all elements of a payload count against one limit", "[codec][limits]") {
  using Lists = std::vector<std::vector<std::uint8_t>>;
  const auto bytes = encode_payload(Lists{{1, 2}, {3, 4}}).value();
  CodecLimits limits;
  limits.elements = 6;
  CHECK(decode_payload<Lists>(bytes, limits));
  limits.elements = 5;
  const auto refused = decode_payload<Lists>(bytes, limits);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::over_limit);
  CHECK_THAT(refused.error().message(), Catch::Contains("CodecLimits::elements, 5"));
}

TEST_CASE("structs nest as deep as the limit says, on both sides", "[codec][limits]") {
  CodecLimits limits;
  limits.depth = 10;
  const auto fits = encode_payload(sample::chain(10), limits);
  REQUIRE(fits);
  CHECK(decode_payload<sample::Tree>(*fits, limits));

  const auto too_deep = encode_payload(sample::chain(11), limits);
  REQUIRE_FALSE(too_deep);
  CHECK(too_deep.error().code() == errc::over_limit);

  const auto deeper = encode_payload(sample::chain(11)).value();
  const auto refused = decode_payload<sample::Tree>(deeper, limits);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::over_limit);
  CHECK_THAT(refused.error().message(), Catch::Contains("CodecLimits::depth, 10"));
}

TEST_CASE("a payload of nothing but depth ends the decoder early", "[codec][limits]") {
  Bytes bytes;
  for (int i = 0; i < 100'000; ++i) {
    for (const auto byte : {0, 1, 0, 0, 0}) bytes.push_back(static_cast<std::byte>(byte));
  }
  const auto refused = decode_payload<sample::Tree>(bytes);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::over_limit);
}

TEST_CASE("padding that is not zero is refused", "[codec][limits]") {
  CHECK_THAT(refusal<NumericArray<double>>("00 00 00 00 00 01 00 00").message(),
             Catch::Contains("padding"));
}

TEST_CASE("an array of another shape than declared is refused", "[codec][limits]") {
  using Array = NumericArray<std::uint8_t, 2, 0>;
  CHECK(decode_payload<Array>(from_hex("02 00 00 00 01 00 00 00 05 06")));
  CHECK_THAT(refusal<Array>("03 00 00 00 00 00 00 00").message(),
             Catch::Contains("declared shape"));
}

TEST_CASE("dimensions whose product overflows do not wrap to a small array", "[codec][limits]") {
  using Four = NumericArray<double, 0, 0, 0, 0>;
  CHECK(refusal<Four>("00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00").code() ==
        errc::bad_request);
  // The same with a dimension of 0 is an empty array, whatever the others say.
  CHECK(decode_payload<Four>(from_hex("ff ff ff ff ff ff ff ff ff ff ff ff 00 00 00 00")));
}

TEST_CASE("after the first failure a decoder gives zeros and keeps that failure",
          "[codec][limits]") {
  const auto bytes = from_hex("05 07 00 00 00");
  Decoder in(bytes);
  static_cast<void>(in.flag());
  CHECK_FALSE(in.ok());
  CHECK(in.get<std::uint32_t>() == 0);
  CHECK(in.count(1) == 0);
  CHECK(in.text().empty());
  CHECK(in.bytes().empty());
  CHECK(in.tag(3, "three") == 0);
  CHECK_FALSE(in.enter());
  CHECK_THAT(in.error()->message(), Catch::Contains("a flag of 5"));
}

TEST_CASE("an encoder writes nothing beyond its memory", "[codec][limits]") {
  std::array<std::byte, 6> memory{};
  const std::span<std::byte> all(memory);
  Encoder out(all.first(4));
  out.put(std::uint16_t{1});
  out.put(std::uint32_t{0xFFFFFFFF});
  REQUIRE(out.error());
  CHECK(out.error()->code() == errc::internal);
  CHECK(memory[2] == std::byte{0});
  CHECK(memory[4] == std::byte{0});
}

TEST_CASE("an encoder keeps its first failure and writes no more", "[codec][limits]") {
  std::array<std::byte, 8> memory{};
  Encoder out(memory);
  out.text("\xFF");
  out.put(std::uint32_t{0xFFFFFFFF});
  REQUIRE(out.error());
  CHECK(out.error()->code() == errc::invalid_argument);
  CHECK(memory == std::array<std::byte, 8>{});
}

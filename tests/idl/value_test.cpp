#include <catch2/catch.hpp>

#include <kameo/codec.hpp>
#include <kameo/idl/load.hpp>

#include "files.hpp"

#include <cmath>
#include <limits>

/// The payloads of defaults, against what the codec of C++ writes for the same values.
namespace kameo::idl::test {
namespace {

/// The default of the first field of the last type of these.
Bytes default_of(const std::string& types) {
  auto loaded = load_types(types);
  INFO(types << to_string(loaded.diagnostics));
  REQUIRE(loaded.package);
  const auto& field = loaded.package->types.back().fields.at(0);
  REQUIRE(field.default_value);
  return *field.default_value;
}

Bytes field(const std::string& type, const std::string& value) {
  return default_of("  X: {struct: {x: {type: " + type + ", default: " + value + "}}}\n");
}

template <class T>
Bytes payload(const T& value) {
  return encode_payload(value).value();
}

}  // namespace

TEST_CASE("numbers at both ends of their ranges keep every bit", "[idl][value]") {
  CHECK(field("i8", "-128") == payload(std::int8_t{-128}));
  CHECK(field("u8", "255") == payload(std::uint8_t{255}));
  CHECK(field("i64", "-9223372036854775808") == payload(std::numeric_limits<std::int64_t>::min()));
  CHECK(field("u64", "18446744073709551615") == payload(std::numeric_limits<std::uint64_t>::max()));
  CHECK(field("f64", "0.1") == payload(0.1));
  CHECK(field("f64", "-0.0") == payload(-0.0));
  CHECK(field("f64", "1e+3") == payload(1000.0));
  CHECK(field("f64", "5e-324") == payload(5e-324));
  CHECK(field("f32", "0.1") == payload(0.1F));
  CHECK(field("f32", "16777217") == payload(16777216.0F));
  CHECK(field("f64", "-.inf") == payload(-std::numeric_limits<double>::infinity()));
  CHECK(std::isnan(decode_payload<double>(field("f64", ".nan")).value()));
}

TEST_CASE("scalars that are written as text", "[idl][value]") {
  CHECK(field("string", "\"a\\u00e9\\n\"") == payload(std::string("aé\n")));
  CHECK(field("string", "''") == payload(std::string()));
  CHECK(field("string", "\"no\"") == payload(std::string("no")));
  CHECK(field("bytes", "\"AQI=\"") == payload(Bytes{std::byte{1}, std::byte{2}}));
  CHECK(field("bytes", "\"\"") == payload(Bytes()));
  CHECK(field("bool", "true") == payload(true));
  CHECK(field("duration", "-1h30m") == payload(Duration(std::chrono::minutes(-90))));
  CHECK(field("timestamp", "1970-01-01T00:00:01.5+00:00") ==
        payload(Timestamp(std::chrono::milliseconds(1500))));
  CHECK(field("decimal", "-12.50") == payload(parse_decimal("-12.50").value()));
  CHECK(field("uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6") ==
        payload(parse_uuid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6").value()));
}

TEST_CASE("containers", "[idl][value]") {
  CHECK(field("list<u16>", "[1, 2]") == payload(std::vector<std::uint16_t>{1, 2}));
  CHECK(field("list<u16>", "[]") == payload(std::vector<std::uint16_t>()));
  CHECK(field("set<string>", "[a, b]") == payload(std::set<std::string>{"a", "b"}));
  CHECK(field("map<bool; i8>", "{false: 1, true: 2}") ==
        payload(std::map<bool, std::int8_t>{{false, 1}, {true, 2}}));
  CHECK(field("fixed<u8; 2>", "[1, 2]") == payload(std::array<std::uint8_t, 2>{1, 2}));
  CHECK(field("tuple<u8; string>", "[1, x]") ==
        payload(std::tuple<std::uint8_t, std::string>(std::uint8_t{1}, "x")));
  CHECK(field("optional<u8>", "3") == payload(std::optional<std::uint8_t>(std::uint8_t{3})));
  CHECK(field("list<optional<u8>>", "[3, ~]") ==
        payload(std::vector<std::optional<std::uint8_t>>{std::uint8_t{3}, std::nullopt}));
}

TEST_CASE("numeric arrays are padded by where they stand in the payload", "[idl][value]") {
  CHECK(field("array<f64>", "[1, 2.5]") == payload(NumericArray<double>({1.0, 2.5})));
  CHECK(field("\"array<i16; *x2>\"", "[[1, 2], [3, 4]]") ==
        payload(NumericArray<std::int16_t, 0, 2>({2, 2}, {1, 2, 3, 4})));
  CHECK(field("\"array<i16; *x2>\"", "[]") ==
        payload(NumericArray<std::int16_t, 0, 2>({0, 2}, {})));
  // Behind one byte, and taken from the default of an inner field.
  CHECK(default_of("  In: {struct: {a: {type: u8, default: 7}, "
                   "b: {type: array<f64>, default: [1.5]}}}\n"
                   "  X: {struct: {x: {type: \"tuple<u8; In>\", default: [9, {}]}}}\n") ==
        payload(std::tuple<std::uint8_t, std::uint8_t, NumericArray<double>>(
            std::uint8_t{9}, std::uint8_t{7}, NumericArray<double>({1.5}))));
}

TEST_CASE("structs take defaults for what is not written", "[idl][value]") {
  const std::string point = "  P: {struct: {x: u8, y: {type: u8, default: 2}, z: optional<u8>}}\n";
  CHECK(default_of(point + "  X: {struct: {p: {type: P, default: {x: 1}}}}\n") ==
        payload(std::tuple<std::uint8_t, std::uint8_t, std::optional<std::uint8_t>>(
            std::uint8_t{1}, std::uint8_t{2}, std::nullopt)));
  CHECK(default_of(point + "  X: {struct: {p: {type: P, default: {z: 3, x: 1, y: 4}}}}\n") ==
        payload(std::tuple<std::uint8_t, std::uint8_t, std::optional<std::uint8_t>>(
            std::uint8_t{1}, std::uint8_t{4}, std::uint8_t{3})));
}

TEST_CASE("enums and unions travel by index", "[idl][value]") {
  const std::string types =
      "  E: {enum: [a, b]}\n"
      "  U: {union: {none: ~, one: u8, some: {x: u8, y: {type: u8, default: 2}}}}\n"
      "  X: {struct: {x: {type: ";
  using Index = std::uint16_t;
  using Byte = std::uint8_t;
  CHECK(default_of(types + "E, default: b}}}\n") == payload(Index{1}));
  CHECK(default_of(types + "U, default: none}}}\n") == payload(Index{0}));
  CHECK(default_of(types + "U, default: {none: ~}}}}\n") == payload(Index{0}));
  CHECK(default_of(types + "U, default: {one: 7}}}}\n") ==
        payload(std::tuple<Index, Byte>(Index{1}, Byte{7})));
  CHECK(default_of(types + "U, default: {some: {x: 1}}}}}\n") ==
        payload(std::tuple<Index, Byte, Byte>(Index{2}, Byte{1}, Byte{2})));
}

TEST_CASE("values nested beyond what a reader takes are refused", "[idl][value]") {
  std::string value = "{}";
  for (int i = 0; i < 70; ++i) value = "{next: " + value + "}";
  const auto loaded = load_types(
      "  N: {struct: {next: optional<N>}}\n  X: {struct: {x: {type: N, default: " + value +
      "}}}\n");
  CHECK(codes(loaded.diagnostics) == std::vector<std::string>{"K0404"});
}

}  // namespace kameo::idl::test

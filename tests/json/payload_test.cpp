#include "trading_package.hpp"

#include <catch2/catch.hpp>

#include <kameo/codec.hpp>
#include <kameo/json/payload.hpp>

#include <limits>

namespace kameo::json::testing {
namespace {

using schema::Kind;

/// One line of docs/idl.md, "JSON": a value's one spelling and its payload.
struct Vector {
  schema::Type type;
  std::string_view text;
  std::string_view payload;
};

std::vector<Vector> vectors() {
  const auto list = [](Kind kind) { return of(Kind::list, {of(kind)}); };
  const auto array = [](Kind kind, std::vector<std::uint32_t> dims) {
    return of(Kind::numeric_array, {of(kind)}, std::move(dims));
  };
  return {
      {of(Kind::boolean), "true", "01"},
      {of(Kind::i8), "-128", "80"},
      {of(Kind::i16), "32767", "ff7f"},
      {of(Kind::i32), "-2147483648", "00000080"},
      {of(Kind::i64), "\"-9223372036854775808\"", "0000000000000080"},
      {of(Kind::i64), "9007199254740991", "ffffffffffff1f00"},
      {of(Kind::u8), "255", "ff"},
      {of(Kind::u16), "65535", "ffff"},
      {of(Kind::u32), "4294967295", "ffffffff"},
      {of(Kind::u64), "\"18446744073709551615\"", "ffffffffffffffff"},
      {of(Kind::f32), "1.1", "cdcc8c3f"},
      {of(Kind::f32), "3.4028235e+38", "ffff7f7f"},
      {of(Kind::f32), "1e-45", "01000000"},
      {of(Kind::f64), "1.0", "000000000000f03f"},
      {of(Kind::f64), "-0.0", "0000000000000080"},
      {of(Kind::f64), "0.1", "9a9999999999b93f"},
      {of(Kind::f64), "1.7976931348623157e+308", "ffffffffffffef7f"},
      {of(Kind::f64), "5e-324", "0100000000000000"},
      {of(Kind::f64), R"("NaN")", "000000000000f87f"},
      {of(Kind::f64), R"("Infinity")", "000000000000f07f"},
      {of(Kind::f64), R"("-Infinity")", "000000000000f0ff"},
      {of(Kind::string), R"("a\n世")", "05000000 610a e4b896"},
      {of(Kind::bytes), R"("")", "00000000"},
      {of(Kind::bytes), R"("+/8=")", "02000000 fbff"},
      {of(Kind::bytes), R"("AAEC")", "03000000 000102"},
      {of(Kind::timestamp), R"("1970-01-01T00:00:01.5Z")", "60e3160000000000"},
      {of(Kind::duration), R"("1s500ms")", "60e3160000000000"},
      {of(Kind::uuid), R"("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")",
       "f81d4fae7dec11d0a76500a0c91e6bf6"},
      {of(Kind::decimal), R"("-1.50")", "9600000000000000 0000000000000000 feff 01"},
      {of(Kind::optional, {of(Kind::u8)}), "null", "00"},
      {of(Kind::optional, {of(Kind::u8)}), "5", "0105"},
      {list(Kind::u8), "[]", "00000000"},
      {list(Kind::u16), "[1,2]", "02000000 0100 0200"},
      {of(Kind::set, {of(Kind::string)}), R"(["b","a"])", "02000000 01000000 62 01000000 61"},
      {of(Kind::map, {of(Kind::string), of(Kind::u8)}), R"({"b":1,"a":2})",
       "02000000 01000000 62 01 01000000 61 02"},
      {of(Kind::map, {of(Kind::i8), of(Kind::u8)}), R"({"-1":1,"0":2})", "02000000 ff01 0002"},
      {of(Kind::map, {of(Kind::u64), of(Kind::u8)}), R"({"18446744073709551615":1})",
       "01000000 ffffffffffffffff 01"},
      {of(Kind::map, {of(Kind::boolean), of(Kind::u8)}), R"({"true":1,"false":0})",
       "02000000 0101 0000"},
      {of(Kind::map, {named("Side"), of(Kind::u8)}), R"({"sell":1})", "01000000 0100 01"},
      {of(Kind::map, {of(Kind::bytes), of(Kind::u8)}), R"({"/w==":1})", "01000000 01000000 ff 01"},
      {of(Kind::fixed_array, {of(Kind::u8)}, {3}), "[1,2,3]", "010203"},
      {of(Kind::tuple, {of(Kind::u8), of(Kind::string)}), R"([1,"x"])", "01 01000000 78"},
      {of(Kind::tuple), "[]", ""},
      {array(Kind::u8, {}), "[1,2]", "02000000 0102"},
      {array(Kind::f64, {}), "[1.0]", "01000000 00000000 000000000000f03f"},
      {array(Kind::u16, {2, 3}), "[[1,2,3],[4,5,6]]",
       "02000000 03000000 0100 0200 0300 0400 0500 0600"},
      {array(Kind::u8, {0, 2}), "[]", "00000000 02000000"},
      {array(Kind::u8, {2, 0}), "[[],[]]", "02000000 00000000"},
      {array(Kind::f32, {0}), R"(["NaN",0.5])", "02000000 0000c07f 0000003f"},
      {named("Side"), R"("sell")", "0100"},
      {named("Quantity"), "7", "07000000"},
      {named("Empty"), "{}", ""},
      {named("Tick"), R"({"symbol":"A","size":3,"note":null})", "01000000 41 03 00"},
      {named("Tick"), R"({"symbol":"A","size":3,"note":"n"})", "01000000 41 03 01 01000000 6e"},
      {named("Order"), R"("cancel")", "0000"},
      {named("Order"), R"({"market":5})", "0100 05000000"},
      {named("Order"), R"({"limit":{"size":1,"price":2.0}})", "0200 01000000 0000000000000040"},
      {named("Order"), R"({"parts":["cancel",{"parts":[]}]})", "0300 02000000 0000 0300 00000000"},
      {named("Grid"), R"({"tag":1,"cells":[2.0]})", "01 01000000 000000 0000000000000040"},
  };
}

Result<Bytes> payload_of(const schema::Type& type, std::string_view text) {
  const auto value = parse(text);
  REQUIRE(value);
  return to_payload(trading(), type, *value, "value");
}

std::string hex_of(const schema::Type& type, std::string_view text) {
  const auto payload = payload_of(type, text);
  return payload ? hex(*payload) : payload.error().message();
}

TEST_CASE("every type has one JSON spelling and one payload", "[json][payload]") {
  for (const auto& vector : vectors()) {
    INFO(schema::to_string(trading(), vector.type) << "  " << vector.text);
    CHECK(hex_of(vector.type, vector.text) == hex(unhex(vector.payload)));
    const auto text = to_text(trading(), vector.type, unhex(vector.payload));
    REQUIRE(text);
    CHECK(*text == vector.text);
  }
}

TEST_CASE("there is a vector for every kind of type", "[json][payload]") {
  std::vector<bool> seen(schema::kind_count);
  for (const auto& vector : vectors()) seen[static_cast<std::size_t>(vector.type.kind)] = true;
  for (std::size_t kind = 0; kind < seen.size(); ++kind) {
    INFO(schema::to_string(static_cast<Kind>(kind)));
    CHECK(seen[kind]);
  }
}

TEST_CASE("the schema-led payload is that of the C++ codec", "[json][payload]") {
  const auto same = [](const schema::Type& type, std::string_view text, const auto& value) {
    CHECK(hex_of(type, text) == hex(*encode_payload(value)));
  };
  same(of(Kind::list, {of(Kind::optional, {of(Kind::f64)})}), "[1.5,null]",
       std::vector<std::optional<double>>{1.5, std::nullopt});
  same(of(Kind::map, {of(Kind::string), of(Kind::list, {of(Kind::boolean)})}),
       R"({"a":[true,false],"b":[]})",
       std::map<std::string, std::vector<bool>>{{"a", {true, false}}, {"b", {}}});
  same(of(Kind::tuple, {of(Kind::u8), of(Kind::numeric_array, {of(Kind::i64)}, {0, 2})}),
       "[9,[[1,2],[3,4]]]",
       std::tuple<std::uint8_t, NumericArray<std::int64_t, 0, 2>>{9, {{2, 2}, {1, 2, 3, 4}}});
  same(of(Kind::decimal), R"("9999999999999999999999999999999999E+6111")",
       *parse_decimal("9999999999999999999999999999999999E+6111"));
}

TEST_CASE("a value may come in other spellings than the one it is written in", "[json][payload]") {
  CHECK(hex_of(of(Kind::u64), "18446744073709551615") == "ffffffffffffffff");
  CHECK(hex_of(of(Kind::i64), "\"5\"") == "0500000000000000");
  CHECK(hex_of(of(Kind::f64), "1") == "000000000000f03f");
  CHECK(hex_of(of(Kind::f64), "-0") == "0000000000000080");
  CHECK(hex_of(of(Kind::f64), "1e-400") == "0000000000000000");
  CHECK(hex_of(of(Kind::f32), "-1e-60") == "00000080");
  CHECK(hex_of(of(Kind::timestamp), R"("1970-01-01T02:00:01+02:00")") == "40420f0000000000");
  CHECK(hex_of(of(Kind::duration), R"("1.5s")") == "60e3160000000000");
  CHECK(hex_of(of(Kind::uuid), R"("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6")") ==
        "f81d4fae7dec11d0a76500a0c91e6bf6");
}

TEST_CASE("a missing field takes its default, an optional one none", "[json][payload]") {
  CHECK(hex_of(named("Tick"), R"({"symbol":"A"})") ==
        hex_of(named("Tick"), R"({"note":null,"size":7,"symbol":"A"})"));
}

TEST_CASE("a default with an array is aligned where it stands", "[json][payload]") {
  CHECK(hex_of(named("Grid"), R"({"tag":1})") == hex_of(named("Grid"), R"({"tag":1,"cells":[1]})"));
}

TEST_CASE("a payload that is none of its type is refused", "[json][payload]") {
  const auto problem = [](const schema::Type& type, std::string_view payload) {
    const auto text = to_text(trading(), type, unhex(payload));
    REQUIRE_FALSE(text);
    return text.error().code();
  };
  CHECK(problem(of(Kind::u32), "0100") == errc::bad_request);  // too short
  CHECK(problem(of(Kind::u8), "0100") == errc::bad_request);   // too long
  CHECK(problem(of(Kind::boolean), "02") == errc::bad_request);
  CHECK(problem(of(Kind::string), "01000000 ff") == errc::bad_request);  // not UTF-8
  CHECK(problem(named("Side"), "0200") == errc::bad_request);
  CHECK(problem(named("Order"), "0900") == errc::bad_request);
  CHECK(problem(of(Kind::list, {of(Kind::u8)}), "ffffffff 00") == errc::bad_request);
  CHECK(problem(of(Kind::set, {of(Kind::u8)}), "02000000 0101") == errc::bad_request);
  CHECK(problem(of(Kind::map, {of(Kind::u8), of(Kind::u8)}), "02000000 0101 0102") ==
        errc::bad_request);
  CHECK(problem(of(Kind::numeric_array, {of(Kind::u8)}, {2}), "03000000 010203") ==
        errc::bad_request);
  CHECK(problem(of(Kind::numeric_array, {of(Kind::u8)}, {0, 0, 0}), "00000100 00000100 00000000") ==
        errc::bad_request);
  CHECK(problem(of(Kind::decimal), "ffffffffffffffff ffffffffffffffff 0000 00") ==
        errc::bad_request);
}

TEST_CASE("a payload nested too deep ends with an error, not with the stack", "[json][payload]") {
  Bytes nested;
  for (int i = 0; i < 1'000'000; ++i) {
    for (const auto byte : unhex("01000000")) nested.push_back(byte);
  }
  CHECK_FALSE(to_text(trading(), named("Tree"), nested));

  Bytes orders;
  for (int i = 0; i < 100'000; ++i) {
    for (const auto byte : unhex("0300 01000000")) orders.push_back(byte);
  }
  CHECK(to_text(trading(), named("Order"), orders).error().code() == errc::over_limit);
}

}  // namespace
}  // namespace kameo::json::testing

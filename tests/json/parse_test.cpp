#include <catch2/catch.hpp>

#include <kameo/json/value.hpp>

namespace kameo::json {
namespace {

std::string problem(std::string_view text) {
  const auto value = parse(text);
  REQUIRE_FALSE(value);
  return value.error().message();
}

TEST_CASE("a JSON text comes out as it went in, digits and order of keys included",
          "[json][parse]") {
  const auto* const text =
      GENERATE("null", "true", "0", "-0", "18446744073709551615", "-9223372036854775808",
               "123456789012345678901234567890", "1.50", "1e-3", R"("")", R"("Hello, 世界! 🦀")",
               R"("\n\t\r\"\\\u0000\u007f")", "[]", "{}", R"([1,[2,[3]],{"z":1,"a":{"":null}}])");
  const auto value = parse(text);
  REQUIRE(value);
  CHECK(to_text(*value) == text);
}

TEST_CASE("escapes of every kind are read, and half a surrogate pair is refused", "[json][parse]") {
  const auto text = [](std::string_view json) { return *parse(json).value().string(); };
  CHECK(text(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(text(R"("\u0041\u00e9\u4e16\uD83E\udd80")") == "Aé世🦀");
  CHECK(text(R"("a\u0000b")") == std::string("a\0b", 3));
  for (const auto* const bad :
       {R"("\ud83e")", R"("\ud83ex")", R"("\ud83e\u0041")", R"("\udd80")", R"("\udd80\ud83e")"}) {
    INFO(bad);
    CHECK_THAT(problem(bad), Catch::Contains("half of a surrogate pair"));
  }
  for (const auto* const bad : {R"("\x41")", R"("\u12g4")", R"("\u12)", "\"\n\"", "\"", R"("\)"}) {
    INFO(bad);
    CHECK_THAT(problem(bad), Catch::StartsWith("not JSON: parse error at line 1"));
  }
}

TEST_CASE("numbers are those of JSON and no others", "[json][parse]") {
  for (const auto* const good : {"0", "-0", "10", "1.0", "0.5e10", "1E+5", "-1e-5", "1e999"}) {
    CHECK(to_text(parse(good).value()) == good);
  }
  for (const auto* const bad :
       {"-", "00", "-01", "1.", ".5", "1e", "1e+", "+1", "0x10", "1_000", "Infinity", "1 2"}) {
    INFO(bad);
    CHECK_THAT(problem(bad), Catch::StartsWith("not JSON: parse error at line 1"));
  }
}

TEST_CASE("blanks around and inside a JSON text say nothing", "[json][parse]") {
  CHECK(to_text(*parse(" \t{ \"a\" : [ 1 , 2 ] }\r\n")) == R"({"a":[1,2]})");
}

TEST_CASE("what is not JSON is refused with the place", "[json][parse]") {
  CHECK_THAT(problem(""), Catch::StartsWith("not JSON: parse error at line 1, column 1"));
  CHECK_THAT(problem("{\"a\": 1,}"),
             Catch::StartsWith("not JSON: parse error at line 1, column 9"));
  CHECK_THAT(problem("[1] 2"), Catch::StartsWith("not JSON: parse error at line 1, column 5"));
  CHECK_THAT(problem("NaN"), Catch::StartsWith("not JSON: "));
  CHECK_THAT(problem("01"), Catch::StartsWith("not JSON: "));
  CHECK_THAT(problem("'a'"), Catch::StartsWith("not JSON: "));
  CHECK(problem("[1,") ==
        "not JSON: parse error at line 1, column 4: expected a value, but the text ends");
  CHECK(problem("[\n  \"é\" 1]") ==
        "not JSON: parse error at line 2, column 7: expected `,` or `]`");
  CHECK(problem("\"\xff\"") == "not JSON: not UTF-8, at its byte 1");
}

TEST_CASE("a message about half a character is still UTF-8", "[json][parse]") {
  const auto text = problem("é");
  CHECK(parse(concat('"', "x", '"')));
  CHECK(text.find('\xc3') == std::string::npos);
}

TEST_CASE("a key that stands twice is refused: readers differ in which one wins", "[json][parse]") {
  CHECK(problem(R"({"a":1,"b":2,"a":3})") == R"(the key "a" stands twice in one object)");
  CHECK(problem(R"([{"x":{"\u0061":1,"a":2}}])") == R"(the key "a" stands twice in one object)");
  CHECK(parse(R"([{"a":1},{"a":2}])"));
}

TEST_CASE("JSON is nested as deep as the limit and no deeper", "[json][parse]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse(nested(256)));
  CHECK(problem(nested(257)) == "JSON nested deeper than ParseLimits::depth, 256");
  CHECK(parse(std::string(1'000'000, '[')).error().code() == errc::over_limit);
}

TEST_CASE("a value is cut short for a message between two characters", "[json][text]") {
  const auto value = *parse(R"(["éééééééééé"])");
  CHECK(to_short_text(value, 100) == R"(["éééééééééé"])");
  for (std::size_t length = 2; length < 20; ++length) {
    const auto text = to_short_text(value, length);
    INFO(text);
    CHECK(text.size() <= length + 3);
    CHECK(parse(concat('"', std::string_view(text).substr(2), '"')));
  }
}

TEST_CASE("integers beyond what a double can hold are written as strings", "[json][text]") {
  const auto written = [](auto number) {
    std::string out;
    append_number(out, number);
    return out;
  };
  CHECK(written(std::int64_t{9007199254740991}) == "9007199254740991");
  CHECK(written(std::int64_t{9007199254740992}) == "\"9007199254740992\"");
  CHECK(written(std::int64_t{-9007199254740991}) == "-9007199254740991");
  CHECK(written(std::int64_t{-9007199254740992}) == "\"-9007199254740992\"");
  CHECK(written(std::uint64_t{9007199254740991}) == "9007199254740991");
  CHECK(written(UINT64_MAX) == "\"18446744073709551615\"");
}

}  // namespace
}  // namespace kameo::json

#include "trading_package.hpp"

#include <catch2/catch.hpp>

#include <kameo/json/payload.hpp>

namespace kameo::json::testing {
namespace {

using schema::Kind;

std::string problem(const schema::Type& type, std::string_view text) {
  const auto value = parse(text);
  REQUIRE(value);
  const auto payload = to_payload(trading(), type, *value, "request");
  if (payload) return "accepted";
  CHECK(payload.error().code() == errc::invalid_argument);
  return payload.error().message();
}

TEST_CASE("a value of another type is refused with path, expected type and what came",
          "[json][errors]") {
  CHECK(problem(of(Kind::boolean), "1") == "request: expected bool, got 1");
  CHECK(problem(of(Kind::u8), "1000") == "request: expected u8 in 0..255, got 1000");
  CHECK(problem(of(Kind::u8), "-1") == "request: expected u8 in 0..255, got -1");
  CHECK(problem(of(Kind::u8), "1.0") == "request: expected u8 in 0..255, got 1.0");
  CHECK(problem(of(Kind::u8), "\"1\"") == "request: expected u8 in 0..255, got \"1\"");
  CHECK(problem(of(Kind::i64), "9223372036854775808") ==
        "request: expected i64 in -9223372036854775808..9223372036854775807, got "
        "9223372036854775808");
  CHECK(problem(of(Kind::i64), "\"1e3\"") ==
        "request: expected i64 in -9223372036854775808..9223372036854775807, got \"1e3\"");
  CHECK(problem(of(Kind::u64), "18446744073709551616") ==
        "request: expected u64 in 0..18446744073709551615, got 18446744073709551616");
  CHECK(problem(of(Kind::f32), "1e39") == "request: expected f32 within its range, got 1e39");
  CHECK(problem(of(Kind::f64), "\"nan\"") ==
        R"(request: expected f64 or "NaN", "Infinity", "-Infinity", got "nan")");
  CHECK(problem(of(Kind::string), "null") == "request: expected string, got null");
  CHECK(problem(of(Kind::bytes), "\"AAE\"") == "request: expected bytes as base64, got \"AAE\"");
  CHECK(problem(of(Kind::bytes), "\"AAF=\"") == "request: expected bytes as base64, got \"AAF=\"");
  CHECK(problem(of(Kind::bytes), "\"=AAA\"") == "request: expected bytes as base64, got \"=AAA\"");
  CHECK(problem(of(Kind::timestamp), "0") ==
        R"(request: expected timestamp, such as "2026-11-21T09:30:00Z", got 0)");
  CHECK(problem(of(Kind::duration), "5") ==
        R"(request: expected duration, such as "1h30m" or "250ms", got 5)");
  CHECK(problem(of(Kind::uuid), "\"f81d\"") ==
        R"(request: expected uuid, such as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", got "f81d")");
  CHECK(problem(of(Kind::decimal), "1.5") ==
        R"(request: expected decimal in quotes, such as "-1.50", got 1.5)");
  CHECK(problem(of(Kind::list, {of(Kind::u8)}), "{}") == "request: expected list<u8>, got {}");
  CHECK(problem(named("Side"), "\"hold\"") ==
        "request: expected Side, one of buy, sell, got \"hold\"");
  CHECK(problem(named("Tick"), "[]") == "request: expected trading.Tick, got []");
}

TEST_CASE("an error names the way to the value", "[json][errors]") {
  CHECK(problem(named("Tick"), R"({"symbol":"A","size":1000})") ==
        "request.size: expected u8 in 0..255, got 1000");
  CHECK(problem(of(Kind::list, {named("Tick")}), R"([{"symbol":"A"},{"symbol":5}])") ==
        "request[1].symbol: expected string, got 5");
  CHECK(problem(of(Kind::map, {of(Kind::string), of(Kind::u8)}), R"({"a b":-1})") ==
        R"(request["a b"]: expected u8 in 0..255, got -1)");
  CHECK(problem(named("Order"), R"({"limit":{"size":1,"price":true}})") ==
        R"(request.limit.price: expected f64 or "NaN", "Infinity", "-Infinity", got true)");
  CHECK(problem(of(Kind::tuple, {of(Kind::u8), of(Kind::u8)}), "[1,256]") ==
        "request[1]: expected u8 in 0..255, got 256");
  CHECK(problem(of(Kind::numeric_array, {of(Kind::u8)}, {0, 2}), "[[1,2],[3,300]]") ==
        "request[1][1]: expected u8 in 0..255, got 300");
}

TEST_CASE("missing and unknown fields are told", "[json][errors]") {
  CHECK(problem(named("Tick"), "{}") == "request.symbol: missing; expected string");
  CHECK(problem(named("Tick"), R"({"symbol":"A","sise":1})") ==
        "request.sise: unknown field; Tick has symbol, size, note");
  CHECK(problem(named("Tick"), R"({"a\nb":1})") ==
        R"(request["a\nb"]: unknown field; Tick has symbol, size, note (and 1 more))");
  const auto long_key = concat("x", std::string(100, 'y'));
  CHECK(problem(named("Empty"), concat("{\"", long_key, "\":1}")) ==
        concat("request[\"", long_key.substr(0, 60), "\"]: unknown field; Empty has none"));
  // Not half a character: the message has to stand in JSON.
  CHECK(problem(named("Empty"), concat("{\"", std::string(59, 'y'), "é\":1}")) ==
        concat("request[\"", std::string(59, 'y'), "\"]: unknown field; Empty has none"));
  CHECK(problem(named("Empty"), R"({"x":1})") == "request.x: unknown field; Empty has none");
  CHECK(problem(named("Tick"), R"({"symbol":"A","size":null})") ==
        "request.size: expected u8 in 0..255, got null");
}

TEST_CASE("a union that is none of its variants is told which there are", "[json][errors]") {
  const std::string one_of = "request: expected Order, one of cancel, market, limit, parts, got ";
  CHECK(problem(named("Order"), "\"stop\"") == one_of + "\"stop\"");
  CHECK(problem(named("Order"), R"({"stop":1})") == one_of + R"({"stop":1})");
  CHECK(problem(named("Order"), R"({"market":1,"cancel":null})") ==
        one_of + R"({"market":1,"cancel":null})");
  CHECK(problem(named("Order"), "{}") == one_of + "{}");
  CHECK(problem(named("Order"), "7") == one_of + "7");
  CHECK(problem(named("Order"), R"({"cancel":null})") ==
        R"(request: expected "cancel" alone, a variant without a value, got {"cancel":null})");
  CHECK(problem(named("Order"), "\"market\"") ==
        R"(request: expected {"market": …}, a variant with a value, got "market")");
  CHECK(problem(named("Order"), R"({"limit":5})") ==
        "request.limit: expected the fields size, price, got 5");
}

TEST_CASE("sizes, shapes and repetitions are checked", "[json][errors]") {
  CHECK(problem(of(Kind::fixed_array, {of(Kind::u8)}, {2}), "[1]") ==
        "request: expected fixed<u8; 2>, 2 elements, got [1]");
  CHECK(problem(of(Kind::tuple, {of(Kind::u8)}), "[1,2]") ==
        "request: expected tuple<u8>, 1 elements, got [1,2]");
  CHECK(problem(of(Kind::numeric_array, {of(Kind::u8)}, {2, 2}), "[[1,2],[3]]") ==
        "request[1]: expected array<u8; 2x2>, here a row of 2, got [3]");
  CHECK(problem(of(Kind::numeric_array, {of(Kind::u8)}, {0, 0}), "[[1,2],3]") ==
        "request[1]: expected array<u8; *x*>, here a row of 2, got 3");
  CHECK(problem(of(Kind::set, {of(Kind::u8)}), "[1,2,1]") ==
        "request[2]: expected an element that is not there yet, got 1");
  CHECK(problem(of(Kind::map, {of(Kind::uuid), of(Kind::u8)}),
                R"({"f81d4fae-7dec-11d0-a765-00a0c91e6bf6":1,)"
                R"("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6":2})") ==
        R"(request["F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"]: this key stands twice in the map)");
  CHECK(problem(of(Kind::map, {of(Kind::u8), of(Kind::u8)}), R"({"01":1})") ==
        R"(request["01"]: expected u8 in 0..255, got "01")");
}

TEST_CASE("limits of fields are checked on both sides", "[json][errors]") {
  struct Case {
    std::string_view good, bad, message;
  };
  const auto cases = {
      Case{R"({"count":10000})", R"({"count":10001})",
           "request.count: expected u32 in 1..10000, got 10001"},
      Case{R"({"count":1})", R"({"count":0})", "request.count: expected u32 in 1..10000, got 0"},
      Case{R"({"step":-10})", R"({"step":-11})",
           "request.step: expected i32, a multiple of 5, got -11"},
      Case{R"({"huge":"18446744073709551615"})", R"({"huge":18446744073709551614})",
           "request.huge: expected u64 of at least 18446744073709551615, got "
           "18446744073709551614"},
      Case{R"({"ratio":0.5})", R"({"ratio":0.50001})",
           "request.ratio: expected f64 of at most 0.5, got 0.50001"},
      Case{R"({"price":"1.5"})", R"({"price":"1.4999999999"})",
           R"(request.price: expected decimal of at least 1.50, got "1.4999999999")"},
      Case{R"({"price":"2E+1"})", R"({"price":"-2E+1"})",
           R"(request.price: expected decimal of at least 1.50, got "-2E+1")"},
      Case{R"({"wait":"60s"})", R"({"wait":"1m1us"})",
           R"(request.wait: expected duration of at most 1m, got "1m1us")"},
      Case{R"({"from":"2000-01-01T00:00:00Z"})", R"({"from":"1999-12-31T23:59:59Z"})",
           "request.from: expected timestamp of at least 2000-01-01T00:00:00Z, got "
           R"("1999-12-31T23:59:59Z")"},
      Case{R"({"name":"äöü"})", R"({"name":"abcd"})",
           R"(request.name: expected string of 2 to 3 characters, got "abcd")"},
      Case{R"({"code":"AB"})", R"({"code":"AB1"})",
           R"(request.code: expected string, matching `[A-Z]+`, got "AB1")"},
      Case{R"({"data":"AAA="})", R"({"data":"AAAA"})",
           R"(request.data: expected bytes of at most 2 bytes, got "AAAA")"},
      Case{R"({"items":[1]})", R"({"items":[]})",
           "request.items: expected list<u8> of at least 1 element, got []"},
      Case{R"({"unique":[1,2]})", R"({"unique":[1,1]})",
           "request.unique[1]: expected an element that is not there yet, got 1"},
  };
  for (const auto& each : cases) {
    INFO(each.bad);
    CHECK(problem(named("Limited"), each.good) == "accepted");
    CHECK(problem(named("Limited"), each.bad) == each.message);
  }
  CHECK(problem(named("Order"), R"({"market":101})") ==
        "request.market: expected u32 in 1..100, got 101");
}

TEST_CASE("a pattern takes no more stack for a long text", "[json][errors]") {
  CHECK(problem(named("Limited"), concat(R"({"code":")", std::string(1'000'000, 'A'), R"("})")) ==
        "accepted");
}

TEST_CASE("a secret value is not shown", "[json][errors]") {
  CHECK(problem(named("Secret"), R"({"token":4711})") ==
        "request.token: expected u8 in 0..255, got a value that is not shown");
}

TEST_CASE("nesting has a limit", "[json][errors]") {
  std::string text = "\"cancel\"";
  for (int i = 1; i < 64; ++i) text = concat(R"({"parts":[)", text, "]}");
  CHECK(problem(named("Order"), text) == "accepted");

  const auto value = parse(concat(R"({"parts":[)", text, "]}"));
  REQUIRE(value);
  const auto payload = to_payload(trading(), named("Order"), *value, "request");
  REQUIRE_FALSE(payload);
  CHECK(payload.error().code() == errc::over_limit);
}

}  // namespace
}  // namespace kameo::json::testing

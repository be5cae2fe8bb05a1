#include <catch2/catch.hpp>

#include <kameo/codec.hpp>
#include <kameo/limits.hpp>
#include <kameo/utf8.hpp>

#include <limits>

namespace kameo {
namespace {

// As kameo-gen writes them.

struct Line {
  std::uint32_t size = 1;
  std::optional<double> price;
  std::string symbol = "AAPL";

  friend std::size_t encoded_end(std::size_t at, const Line& value) {
    return fields_end(at, value.size, value.price, value.symbol);
  }
  friend void encode(Encoder& out, const Line& value) {
    encode_fields(out, value.size, value.price, value.symbol);
  }
  friend void decode(Decoder& in, Line& value) {
    decode_fields(in, value.size, value.price, value.symbol);
  }
  friend std::ostream& operator<<(std::ostream& out, const Line& value) {
    return out << "Line{" << value.size << '}';
  }
  friend void check_limits(LimitCheck& check, const Line& value) {
    static const auto symbol = Pattern::of("[A-Z]+");
    check.name("Line");
    Limited(check, "size", value.size, "u32 in 1..10000").at_least(1).at_most(10000);
    Limited(check, "price", value.price, "f64 of at least 0").at_least(0);
    Limited(check, "symbol", value.symbol, "string").longest(5).matching(symbol);
  }
};

struct Order {
  std::vector<Line> lines;
  std::map<std::string, std::optional<Line>> by_name;
  std::tuple<int, Line> pair;
  std::string token;
  Line hidden;

  friend void check_limits(LimitCheck& check, const Order& value) {
    check.name("Order");
    Limited(check, "lines", value.lines, "list of at most 3 elements").longest(3).unique();
    check_inside(check, "lines", value.lines);
    check_inside(check, "by_name", value.by_name);
    check_inside(check, "pair", value.pair);
    Limited(check, "token", value.token, "string of 8 characters", true).shortest(8);
    check_inside(check, "hidden", value.hidden, true);
  }
};

std::vector<std::string> violations(const Order& order) {
  LimitCheck check;
  check_limits(check, order);
  return check.violations();
}

Order good() {
  Order order;
  order.token = "12345678";
  return order;
}

TEST_CASE("a value within its limits has no violation", "[base][limits]") {
  CHECK(violations(good()).empty());
  CHECK_FALSE(broken_limits(good(), errc::bad_request));
  CHECK_FALSE(broken_limits(std::string("no type with limits"), errc::bad_request));
}

TEST_CASE("each violation is told with its path, what is expected and what came",
          "[base][limits]") {
  auto order = good();
  order.lines = {Line{}, Line{0, {}, "AAPL"}};
  order.by_name["big \"one\""] = Line{10001, -1.0, "AAPL"};
  std::get<1>(order.pair).symbol = "aapl";
  CHECK(violations(order) ==
        std::vector<std::string>{
            "Order.lines[1].size: expected u32 in 1..10000, got 0",
            R"(Order.by_name["big \"one\""].size: expected u32 in 1..10000, got 10001)",
            R"(Order.by_name["big \"one\""].price: expected f64 of at least 0, got -1)",
            R"(Order.pair[1].symbol: expected string, got "aapl")",
        });
  const auto error = broken_limits(order, errc::invalid_argument);
  REQUIRE(error);
  CHECK(error->code() == errc::invalid_argument);
  CHECK(error->message() == "Order.lines[1].size: expected u32 in 1..10000, got 0 (and 3 more)");
}

TEST_CASE("nothing of a secret field is shown, nor of what is inside one", "[base][limits]") {
  auto order = good();
  order.token = "hunter2";
  order.hidden.symbol = "hunter3";
  const auto found = violations(order);
  REQUIRE(found.size() == 2);
  CHECK(found[0] == "Order.token: expected string of 8 characters, got a value that is not shown");
  CHECK(found[1] == "Order.hidden.symbol: expected string, got a value that is not shown");
}

TEST_CASE("NaN is within no limits, an infinity only beyond those at its side", "[base][limits]") {
  Order order = good();
  order.hidden.price = std::numeric_limits<double>::quiet_NaN();
  CHECK(violations(order).size() == 1);
  order.hidden.price = std::numeric_limits<double>::infinity();
  CHECK(violations(order).empty());
}

TEST_CASE("elements are equal where their bytes are", "[base][limits]") {
  auto order = good();
  order.lines = {Line{1, 0.0, "A"}, Line{1, -0.0, "A"}};
  CHECK(violations(order).empty());
  order.lines.push_back(Line{1, -0.0, "A"});
  CHECK(violations(order).size() == 1);
}

TEST_CASE("both sides of a payload hold to the limits", "[base][limits]") {
  const Line bad{0, {}, "AAPL"};
  const auto refused = encode_payload(bad);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::invalid_argument);
  CHECK(refused.error().message() == "Line.size: expected u32 in 1..10000, got 0");

  Bytes bytes(encoded_end(0, bad));  // from a sender that does not check
  Encoder out(bytes);
  encode(out, bad);
  const auto read = decode_payload<Line>(bytes);
  REQUIRE_FALSE(read);
  CHECK(read.error().code() == errc::bad_request);
  CHECK(decode_payload<std::vector<Line>>(encode_payload(std::vector<Line>(2)).value()));
}

TEST_CASE("of a great many violations the first hundred are kept", "[base][limits]") {
  auto order = good();
  order.lines.resize(1000, Line{0, {}, "A"});
  CHECK(violations(order).size() == 100);
}

TEST_CASE("what came is cut short between two characters", "[base][limits]") {
  LimitCheck check;
  const std::string text = "é" + std::string(100, 'x');
  for (std::size_t extra = 0; extra < 4; ++extra) {
    std::string value;
    for (int i = 0; i < 50; ++i) value += "é";
    value.insert(0, extra, 'x');
    Limited(check, "field", value, "string").longest(1);
  }
  for (const auto& violation : check.violations()) {
    INFO(violation);
    CHECK(violation.size() < 100);
    CHECK(is_utf8(violation));
  }
}

TEST_CASE("decimals are compared by what they are worth", "[base][decimal]") {
  const auto number = [](const char* text) { return parse_decimal(text).value(); };
  const char* const rising[] = {"-1E+6000", "-10",   "-9.99", "-0.001", "-1E-6000", "0",
                                "1E-6000",  "0.001", "9.99",  "10",     "1E+6000"};
  for (std::size_t a = 0; a < std::size(rising); ++a) {
    for (std::size_t b = 0; b < std::size(rising); ++b) {
      INFO(rising[a] << " and " << rising[b]);
      CHECK((compare(number(rising[a]), number(rising[b])) == (a <=> b)));
    }
  }
  CHECK(std::is_eq(compare(number("1.0"), number("1.000"))));
  CHECK(std::is_eq(compare(number("0"), number("-0.00"))));
  CHECK(std::is_eq(compare(number("1E+3"), number("1000.0"))));
  CHECK(std::is_lt(compare(number("9999999999999999999999999999999999"),
                           number("1000000000000000000000000000000000E+1"))));
}

TEST_CASE("multiples of decimals are exact at any exponent", "[base][decimal]") {
  const auto is_multiple = [](const char* number, const char* step) {
    return is_multiple_of(parse_decimal(number).value(), parse_decimal(step).value());
  };
  CHECK(is_multiple("0.30", "0.1"));
  CHECK(is_multiple("-12.50", "0.25"));
  CHECK_FALSE(is_multiple("12.51", "0.25"));
  CHECK(is_multiple("0", "7"));
  CHECK(is_multiple("100", "0.05"));
  CHECK_FALSE(is_multiple("0.01", "0.05"));
  CHECK(is_multiple("1E+6000", "8"));
  CHECK_FALSE(is_multiple("1E+6000", "7"));
  CHECK_FALSE(is_multiple("1E+6000", "3E-6000"));
  CHECK(is_multiple("1E+6000", "5E-6000"));
  CHECK_FALSE(
      is_multiple("9999999999999999999999999999999998", "333333333333333333333333333333333.6"));
  CHECK(is_multiple("9999999999999999999999999999999999", "3333333333333333333333333333333333"));
  CHECK(
      is_multiple("6666666666666666666666666666666666E+30", "3333333333333333333333333333333333"));
}

}  // namespace
}  // namespace kameo

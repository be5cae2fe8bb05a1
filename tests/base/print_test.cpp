#include "sample_types.hpp"

#include <kameo/print.hpp>

#include <catch2/catch.hpp>

#include <limits>
#include <locale>
#include <sstream>

namespace sample {

std::ostream& operator<<(std::ostream& out, const Tick& tick) {
  out << "Tick{symbol: ";
  kameo::print(out, tick.symbol);
  out << ", price: ";
  kameo::print(out, tick.price);
  out << ", at: ";
  kameo::print(out, tick.at);
  return out << '}';
}

}  // namespace sample

namespace {

using namespace kameo;

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  print(out, value);
  return out.str();
}

struct CommaDecimals : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
};

}  // namespace

TEST_CASE("scalars print as a reader expects them", "[print]") {
  CHECK(printed(true) == "true");
  CHECK(printed(std::int8_t{65}) == "65");
  CHECK(printed(std::uint8_t{65}) == "65");
  CHECK(printed(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(printed(0.1) == "0.1");
  CHECK(printed(0.1F) == "0.1");
  CHECK(printed(1.0 / 3.0) == "0.3333333333333333");
  CHECK(printed(std::numeric_limits<double>::infinity()) == "inf");
  CHECK(printed(Timestamp(Duration(0))) == "1970-01-01T00:00:00Z");
  CHECK(printed(Duration(1000)) == "1ms");
  CHECK(printed(parse_decimal("1.50").value()) == "1.50");
  CHECK(printed(Uuid{}) == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("text is quoted, escaped and cut between characters", "[print]") {
  CHECK(printed(std::string("a\"b\\c\n\t\r\x01\x7F")) == R"("a\"b\\c\n\t\r\x01\x7f")");
  CHECK(printed(std::string("snow ☃")) == "\"snow ☃\"");
  CHECK(printed(std::string("bad \xFF\xC3 byte")) == R"("bad \xff\xc3 byte")");
  CHECK(printed(std::string(300, 'x')) == '"' + std::string(200, 'x') + "…\"");
  CHECK(printed(std::string(200, 'x')) == '"' + std::string(200, 'x') + '"');
  CHECK(printed(std::string(199, 'x') + "☃☃") == '"' + std::string(199, 'x') + "☃…\"");
}

TEST_CASE("bytes print their number and the first sixteen", "[print]") {
  CHECK(printed(Bytes{}) == "bytes[0]");
  CHECK(printed(Bytes{std::byte{0}, std::byte{0xFF}}) == "bytes[2] 00 ff");
  CHECK(printed(Bytes(17, std::byte{1})) ==
        "bytes[17] 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 01 …");
}

TEST_CASE("containers print their elements, nested too", "[print]") {
  CHECK(printed(std::vector<std::string>{"a", "b"}) == R"(["a", "b"])");
  CHECK(printed(std::vector<bool>{true, false}) == "[true, false]");
  CHECK(printed(std::set<int>{2, 1}) == "{1, 2}");
  CHECK(printed(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}}) ==
        R"({"a": [1], "b": []})");
  CHECK(printed(std::optional<int>{}) == "none");
  CHECK(printed(std::optional<std::string>{"x"}) == "\"x\"");
  CHECK(printed(std::array<int, 2>{1, 2}) == "[1, 2]");
  CHECK(printed(std::tuple<int, std::string>{1, "x"}) == R"((1, "x"))");
  CHECK(printed(Box<std::string>("x")) == "\"x\"");
  CHECK(printed(NumericArray<double, 1, 2>({1, 2}, {1.5, 2})) == "array[1][2](1.5, 2)");
}

TEST_CASE("a long list shows its start and its length", "[print]") {
  CHECK(printed(std::vector<int>(20, 1)).find("in all") == std::string::npos);
  CHECK_THAT(printed(std::vector<int>(21, 1)), Catch::EndsWith("1, … 21 in all]"));
}

TEST_CASE("a generated type prints through its own printer, also inside containers", "[print]") {
  const std::vector<sample::Tick> ticks{{"A", 1.5, Timestamp(Duration(0))}};
  CHECK(printed(ticks) == R"([Tick{symbol: "A", price: 1.5, at: 1970-01-01T00:00:00Z}])");
}

TEST_CASE("numbers do not follow the stream's locale", "[print]") {
  std::ostringstream out;
  out.imbue(std::locale(std::locale::classic(), new CommaDecimals));
  print(out, 1.5);
  CHECK(out.str() == "1.5");
}

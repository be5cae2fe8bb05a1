#include <catch2/catch.hpp>

#include "table.hpp"

using namespace kameo::cli;
namespace json = kameo::json;

namespace {
void add(Table& table, std::string_view reply) {
  table.add(json::parse(reply).value());
}
}  // namespace

TEST_CASE("numbers stand to the right, texts to the left", "[cli][table]") {
  Table table;
  add(table, R"({"name":"AAPL","price":7.5,"note":null})");
  add(table, R"({"name":"世界!","price":123.25,"note":null})");
  CHECK(table.take() ==
        "name    price  note\n"
        "-----  ------  ----\n"
        "AAPL      7.5  -\n"
        "世界!  123.25  -\n");
}

TEST_CASE("rows need not have the same fields, and nested values are JSON", "[cli][table]") {
  Table table;
  add(table, R"({"a":1})");
  add(table, R"({"b":[1,{"c":"x"}]})");
  table.add_note("error: no reply");
  add(table, R"("plain")");
  CHECK(table.take() ==
        "a  b              reply\n"
        "-  -------------  -----\n"
        "1\n"
        "   [1,{\"c\":\"x\"}]\n"
        "error: no reply\n"
        "                  plain\n");
}

TEST_CASE("a text in a cell cannot steer the terminal or break its row", "[cli][table]") {
  Table table;
  add(table, R"({"a":"x\u001b[2J\ny"})");
  table.add_note("error: \x1b[2J");
  const auto text = table.take();
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK_THAT(text, Catch::Contains("x\\x1b[2J\\x0ay\n"));
}

TEST_CASE("a table is empty once it has been taken", "[cli][table]") {
  Table table;
  add(table, "1");
  CHECK(table.rows() == 1);
  CHECK(table.take() == "reply\n-----\n    1\n");
  CHECK(table.rows() == 0);
  add(table, R"({"x":2})");
  CHECK(table.take() == "x\n-\n2\n");
}

#include "template.hpp"

#include <catch2/catch.hpp>

namespace kameo::codegen {
namespace {

Data items(const std::vector<std::string>& names) {
  auto all = list();
  for (const auto& name : names) {
    Data item;
    item.set("name", name);
    all.push_back(item);
  }
  Data data;
  data.set("items", all);
  data.set("some", !names.empty());
  data.set("title", "<T>");
  return data;
}

std::string filled(std::string_view text, const Data& data) {
  const auto result = fill(text, data);
  return result ? *result : "error: " + result.error().message();
}

}  // namespace

TEST_CASE("texts stand as they are, nothing is escaped", "[codegen][template]") {
  CHECK(filled("a {{title}} b", items({})) == "a <T> b");
}

TEST_CASE("a loop repeats what it encloses, names are found outwards", "[codegen][template]") {
  CHECK(filled("{{#items}}{{title}}.{{name}};{{/items}}", items({"a", "b"})) == "<T>.a;<T>.b;");
  Data data;
  data.set("lines", list_of({"x", "y"}));
  CHECK(filled("{{#lines}}\n- {{.}}\n{{/lines}}\nend", data) == "- x\n- y\nend");
}

TEST_CASE("a line with nothing but a section's tag leaves no trace", "[codegen][template]") {
  constexpr auto text = "1\n{{#items}}\n  {{name}}\n{{/items}}\n{{^some}}\nnone\n{{/some}}\n\n2\n";
  CHECK(filled(text, items({"a"})) == "1\n  a\n\n2\n");
  CHECK(filled(text, items({})) == "1\nnone\n\n2\n");
}

TEST_CASE("a name that is missing is an error, also inside what is not shown otherwise",
          "[codegen][template]") {
  CHECK(filled("a\n{{nmae}}", items({})) == "error: line 2: nothing is called nmae");
  CHECK(filled("{{#itmes}}{{/itmes}}", items({})) == "error: line 1: nothing is called itmes");
}

TEST_CASE("a broken template is an error that names the line", "[codegen][template]") {
  CHECK(filled("{{#items}}", items({"a"})) == "error: line 1: section is not closed: items");
  CHECK(filled("\n{{/items}}", items({})) ==
        "error: line 2: section is closed that is not open: items");
  CHECK(filled("{{title", items({})) == "error: line 1: tag is not closed: {{title");
  CHECK(filled("{{items}}", items({})) == "error: line 1: not a text: items");
}

}  // namespace kameo::codegen

#include <catch2/catch.hpp>

#include <kameo/idl/explain.hpp>
#include <kameo/idl/lint.hpp>

#include "example_files.hpp"
#include "files.hpp"

#include <set>

namespace kameo::idl::test {
namespace {

std::vector<Diagnostic> errors_of(Code code, std::string_view example) {
  MemoryReader reader;
  const auto files = example_files(example);
  for (const auto& [name, text] : files) reader.add(name, text);
  const auto& root = files.front().first;
  if (code >= Code::missing_doc) return lint_file(root, {}, reader).diagnostics;
  return root.ends_with("pool.yaml") ? load_pool(root, {}, reader).diagnostics
                                     : load_file(root, {}, reader).diagnostics;
}

}  // namespace

TEST_CASE("the wrong example of each code shows that code alone, the right one none",
          "[idl][explain]") {
  const std::set<Code> unshown{Code::unreadable_file, Code::not_utf8,      Code::control_character,
                               Code::nested_too_deep, Code::cannot_format, Code::too_many};
  for (const auto& row : all_codes()) {
    const auto example = example_of(row.code);
    INFO(row.name);
    CHECK(example.bad.empty() == unshown.contains(row.code));
    if (example.bad.empty()) continue;
    const auto bad = errors_of(row.code, example.bad);
    INFO(to_string(bad));
    CHECK_FALSE(bad.empty());
    for (const auto& each : bad) CHECK(to_string(each.code) == to_string(row.code));
    CHECK(to_string(errors_of(row.code, example.good)).empty());
  }
}

TEST_CASE("a code is found by its number in several spellings and by its name", "[idl][explain]") {
  CHECK(find_code("K0204") == Code::unknown_type);
  CHECK(find_code("k0204") == Code::unknown_type);
  CHECK(find_code("204") == Code::unknown_type);
  CHECK(find_code("unknown_type") == Code::unknown_type);
  CHECK_FALSE(find_code("K0199"));
  CHECK_FALSE(find_code("K"));
  CHECK_FALSE(find_code(""));
  CHECK_FALSE(find_code("K0204x"));
  CHECK(nearest_code("unknwon_type") == "unknown_type");
}

TEST_CASE("a page says what, why, and shows the mistake with its error and put right",
          "[idl][explain]") {
  CHECK(explain(Code::comma_in_type) ==
        R"(K0111 comma_in_type: a comma inside the brackets of a type

In a map between braces, YAML ends the value at a comma, so map<string, u32>
would be cut in two. The arguments of a type are separated by semicolons
everywhere: map<string; u32>.

Wrong:

    kameo: 1
    package: shop
    types:
      Item: {struct: {prices: map<string, u32>}}

It is told as:

    example.yaml:4:37: error: a comma inside `<…>` cuts the type in two [K0111]
        4 |   Item: {struct: {prices: map<string, u32>}}
          |                                     ^ write `map<string; u32>`

Right:

    kameo: 1
    package: shop
    types:
      Item: {struct: {prices: map<string; u32>}}
)");
}

}  // namespace kameo::idl::test

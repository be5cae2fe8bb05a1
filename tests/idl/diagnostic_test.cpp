#include <catch2/catch.hpp>

#include <kameo/idl/diagnostic.hpp>

#include "files.hpp"

namespace kameo::idl {
namespace {

Diagnostic example() {
  return {Severity::error,
          Code::unknown_type,
          "trading.kameo.yaml",
          {14, 14},
          7,
          "unknown type `Decison`",
          "      reply: Decison",
          "did you mean `Decision`?",
          {{"trading.kameo.yaml", {5, 3}, "`Decision` is declared here"}}};
}

}  // namespace

TEST_CASE("a diagnostic shows the place, the line, a caret, the hint and the other places",
          "[idl][diagnostic]") {
  CHECK(to_string(example()) ==
        "trading.kameo.yaml:14:14: error: unknown type `Decison` [K0204]\n"
        "   14 |       reply: Decison\n"
        "      |              ^~~~~~~ did you mean `Decision`?\n"
        "trading.kameo.yaml:5:3: note: `Decision` is declared here\n");
}

TEST_CASE("colour adds nothing but escapes", "[idl][diagnostic]") {
  auto coloured = to_string(example(), true);
  CHECK(coloured.find("\x1b[1;31merror:") != std::string::npos);
  for (auto at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b')) {
    coloured.erase(at, coloured.find('m', at) + 1 - at);
  }
  CHECK(coloured == to_string(example()));
}

TEST_CASE("the caret stands below its character behind tabs and wide letters",
          "[idl][diagnostic]") {
  auto each = example();
  each.notes.clear();
  each.hint.clear();
  each.line = "\t世界é: X";
  each.at = {1, 7};
  each.length = 1;
  CHECK(to_string(each) ==
        "trading.kameo.yaml:1:7: error: unknown type `Decison` [K0204]\n"
        "    1 | \t世界é: X\n"
        "      | \t       ^\n");
  each.at = {1, 2};
  each.length = 2;
  CHECK(to_string(each).ends_with("      | \t^~~~\n"));
}

TEST_CASE("a caret may stand behind the end of its line", "[idl][diagnostic]") {
  auto each = example();
  each.line = "ab";
  each.at = {1, 3};
  each.length = 1;
  each.hint.clear();
  CHECK(to_string(each).find("    1 | ab\n      |   ^\n") != std::string::npos);
}

TEST_CASE("escapes in a file cannot reach the terminal", "[idl][diagnostic]") {
  auto each = example();
  each.line = "a\x1b[31m\x7f\xff: b";
  CHECK(to_string(each).find('\x1b') == std::string::npos);
  CHECK(to_string(each).find("a?[31m?\xEF\xBF\xBD: b") != std::string::npos);
}

TEST_CASE("of a long line only what is around the caret is shown", "[idl][diagnostic]") {
  auto each = example();
  each.line = std::string(500, 'a') + "XYZ" + std::string(500, 'b');
  each.at = {1, 501};
  each.length = 3;
  each.hint.clear();
  each.notes.clear();
  CHECK(to_string(each) ==
        "trading.kameo.yaml:1:501: error: unknown type `Decison` [K0204]\n"
        "    1 | …" +
            std::string(60, 'a') + "XYZ" + std::string(97, 'b') +
            "…\n"
            "      |  " +
            std::string(60, ' ') + "^~~\n");
}

TEST_CASE("diagnostics are sorted by place within the files as they came", "[idl][diagnostic]") {
  auto first = example();
  auto second = example();
  auto third = example();
  first.file = "z.yaml";
  second.file = "a.yaml";
  second.at = {3, 9};
  third.file = "a.yaml";
  third.at = {3, 2};
  std::vector<Diagnostic> all{first, second, third};
  sort(all);
  CHECK(all == std::vector<Diagnostic>{first, third, second});
}

TEST_CASE("warnings are no errors", "[idl][diagnostic]") {
  auto warning = example();
  warning.severity = Severity::warning;
  CHECK(error_count({warning, example()}) == 1);
  CHECK(to_string(warning).find(": warning: unknown type") != std::string::npos);
}

TEST_CASE("codes are unique, sorted and all explained", "[idl][codes]") {
  CHECK(to_string(Code::unknown_type) == "K0204");
  const auto rows = all_codes();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(rows[i].name);
    CHECK(info(rows[i].code).name == rows[i].name);
    CHECK_FALSE(rows[i].title.empty());
    CHECK(rows[i].explanation.ends_with('.'));
    if (i > 0) CHECK(rows[i - 1].code < rows[i].code);
  }
}

}  // namespace kameo::idl

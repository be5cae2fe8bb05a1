#include <catch2/catch.hpp>

#include <kameo/idl/lint.hpp>

#include "files.hpp"

namespace kameo::idl::test {
namespace {

/// `name@line:column` of each finding, with some rules off.
std::vector<std::string> findings(const std::string& text, std::vector<Code> off = {}) {
  MemoryReader reader;
  reader.add("money.yaml",
             "kameo: 1\npackage: money\ntypes:\n  Money: {struct: {amount: decimal}}\n"
             "callbacks:\n  rates: {Rate: {reply: f64}}\n");
  reader.add("shop.yaml", "kameo: 1\npackage: shop\n" + text);
  const auto linted = lint_file("shop.yaml", {}, reader, off);
  INFO(to_string(linted.diagnostics));
  REQUIRE(linted.package);
  std::vector<std::string> all;
  for (const auto& each : linted.diagnostics) {
    CHECK(each.severity == Severity::warning);
    all.push_back(std::string(info(each.code).name) + "@" + std::to_string(each.at.line) + ":" +
                  std::to_string(each.at.column));
  }
  return all;
}

using Found = std::vector<std::string>;
const std::vector<Code> docs_off{Code::missing_doc};

}  // namespace

TEST_CASE("what has no doc is named: types, modules, actors", "[idl][lint]") {
  CHECK(findings("types:\n  A: {struct: {x: u8}}\n  B: {doc: Said., struct: {x: u8}}\n"
                 "callbacks:\n  m: {Go: {request: A, reply: B}}\nactors:\n  T: {uses: m}\n") ==
        Found{"missing_doc@4:3", "missing_doc@7:3", "missing_doc@9:3"});
}

TEST_CASE("a type counts as used when a message or config leads to it", "[idl][lint]") {
  CHECK(findings("types:\n"
                 "  A: {struct: {b: 'list<B>'}}\n"
                 "  B: {union: {c: C, d: {e: u8}}}\n"
                 "  C: {alias: E}\n"
                 "  E: {enum: [x]}\n"
                 "  Lost: {struct: {also: AlsoLost}}\n"
                 "  AlsoLost: {struct: {}}\n"
                 "  Oops: {struct: {}}\n"
                 "actors:\n  T: {handlers: {go: {request: {a: A}, errors: Oops}}}\n",
                 docs_off) == Found{"unused_type@8:3", "unused_type@9:3"});
  // Types alone are for others.
  CHECK(findings("types:\n  A: {struct: {x: u8}}\n", docs_off).empty());
}

TEST_CASE("imports and modules that nobody uses", "[idl][lint]") {
  CHECK(findings("import: money.yaml\n", docs_off) == Found{"unused_import@3:9"});
  CHECK(findings("import: money.yaml\ntypes:\n  A: {struct: {x: 'list<money.Money>'}}\n",
                 {Code::missing_doc, Code::unused_type})
            .empty());
  CHECK(findings("import: money.yaml\nactors:\n  T: {uses: [money.rates]}\n", docs_off).empty());
  CHECK(findings("import: money.yaml\nactors:\n  T: {handlers: {go: {reply: money.Money}}}\n",
                 docs_off)
            .empty());
  CHECK(findings("callbacks:\n  m: {Go: {}}\nactors:\n  T: {}\n", docs_off) ==
        Found{"unused_module@4:3"});
  // Without an actor the module is for those of other files.
  CHECK(findings("callbacks:\n  m: {Go: {}}\n", docs_off).empty());
}

TEST_CASE("a 64-bit integer that JSON would write in two ways", "[idl][lint]") {
  CHECK(findings("types:\n  A:\n    struct:\n      a: u64\n      b: optional<i64>\n"
                 "      c: {type: u64, max: 9007199254740991}\n"
                 "      d: {type: u64, max: 9007199254740992}\n"
                 "      e: array<u64>\n      f: u32\n",
                 docs_off) == Found{"wide_integer@6:10", "wide_integer@7:19", "wide_integer@9:17"});
}

TEST_CASE("names that repeat what they stand in", "[idl][lint]") {
  CHECK(findings("types:\n"
                 "  ShopItem: {struct: {shop_item_name: u8, shopping: u8}}\n"
                 "  Shop: {enum: [shop_open, shop_2]}\n"
                 "  Shopper: {union: {shopper_new: ~, old: ~}}\n"
                 "callbacks:\n  rates: {RatesLast: {reply: Shop}, Rated: {reply: ShopItem}, "
                 "Rates: {reply: Shopper}}\n",
                 docs_off) == Found{"repeated_name@4:3", "repeated_name@4:23", "repeated_name@5:17",
                                    "repeated_name@6:21", "repeated_name@8:11"});
}

TEST_CASE("deprecated types in use, and times as numbers", "[idl][lint]") {
  CHECK(findings("types:\n  Old: {deprecated: use New, struct: {x: u8}}\n"
                 "  New: {struct: {old: 'map<u8; Old>', wait_ms: u32, late_ms: duration}}\n",
                 docs_off) == Found{"deprecated_use@5:32", "number_as_time@5:48"});
}

TEST_CASE("a rule can be switched off for a run and for a line", "[idl][lint]") {
  const std::string text =
      "types:\n  A: {struct: {x: u64}}  # lint: off missing_doc, wide_integer\n"
      "  B:  # lint: off wide_integer\n    struct: {x: u64}\n";
  CHECK(findings(text) == Found{"missing_doc@5:3", "wide_integer@6:17"});
  CHECK(findings(text, {Code::missing_doc, Code::wide_integer}).empty());
}

TEST_CASE("of a schema with errors lint tells the errors", "[idl][lint]") {
  MemoryReader reader;
  reader.add("a.yaml", "kameo: 1\npackage: a\ntypes:\n  A: {struct: {x: strnig}}\n");
  const auto linted = lint_file("a.yaml", {}, reader);
  CHECK_FALSE(linted.package);
  CHECK(codes(linted.diagnostics) == std::vector<std::string>{"K0204"});
}

TEST_CASE("every rule is one that explain shows", "[idl][lint]") {
  const auto rules = lint_rules();
  CHECK(rules.size() == 8);
  CHECK(to_string(rules.front()) == "K0701");
}

}  // namespace kameo::idl::test

#include <catch2/catch.hpp>

#include <kameo/idl/source.hpp>

namespace kameo::idl {

TEST_CASE("positions count lines and code points from 1", "[idl][source]") {
  const Source source("a.yaml", "a: 1\nsp\u00e4t: \U0001F980x\n\tb");
  CHECK(source.position(0) == Position{1, 1});
  CHECK(source.position(4) == Position{1, 5});  // the line break belongs to its line
  CHECK(source.position(5) == Position{2, 1});
  CHECK(source.position(9) == Position{2, 4});  // behind the two bytes of ä
  CHECK(source.position(12) == Position{2, 7});
  CHECK(source.position(16) == Position{2, 8});  // behind the four of the crab
  CHECK(source.position(19) == Position{3, 2});  // a tab is one column
  CHECK(source.position(1000) == Position{3, 3});
}

TEST_CASE("a byte-order mark is not part of the text", "[idl][source]") {
  const Source source("a.yaml", "\xEF\xBB\xBFkameo: 1");
  CHECK(source.text() == "kameo: 1");
  CHECK(source.position(0) == Position{1, 1});
}

TEST_CASE("lines come without their ends, those of Windows too", "[idl][source]") {
  const Source source("a.yaml", "one\r\ntwo\nthree");
  CHECK(source.line_count() == 3);
  CHECK(source.line(1) == "one");
  CHECK(source.line(2) == "two");
  CHECK(source.line(3) == "three");
  CHECK(source.line(0).empty());
  CHECK(source.line(4).empty());
  CHECK(Source("b.yaml", "").line_count() == 1);
}

TEST_CASE("bytes that are no UTF-8 count as one code point each", "[idl][source]") {
  CHECK(code_points("a\xFF\xFE") == 3);
  CHECK(code_points("é") == 1);
}

}  // namespace kameo::idl

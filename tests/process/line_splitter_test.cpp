#include "line_splitter.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using kameo::process::as_utf8;
using kameo::process::LineSplitter;
using Lines = std::vector<std::string>;

namespace {

Lines split(LineSplitter& splitter, std::initializer_list<std::string_view> pieces) {
  Lines lines;
  const auto keep = [&](std::string_view line) { lines.emplace_back(line); };
  for (const auto piece : pieces) splitter.feed(piece, keep);
  splitter.finish(keep);
  return lines;
}

}  // namespace

TEST_CASE("lines are cut at their ends wherever the reads were", "[process][lines]") {
  LineSplitter splitter;
  CHECK(split(splitter, {"a\nb", "c\r", "\n\n", "end"}) == Lines{"a", "bc", "", "end"});
}

TEST_CASE("a line beyond the limit is cut between characters", "[process][lines]") {
  LineSplitter splitter(4);
  CHECK(split(splitter, {"abcdefghij\n"}) == Lines{"abcd", "efgh", "ij"});
  CHECK(split(splitter, {"abc世界\n"}) == Lines{"abc", "世", "界"});
  CHECK(split(splitter, {"abcd\n"}) == Lines{"abcd"});
}

TEST_CASE("bytes that are no UTF-8 are replaced one by one", "[process][lines]") {
  CHECK(as_utf8("ok") == "ok");
  CHECK(as_utf8("a\xFF\xFE z") == "a\uFFFD\uFFFD z");
  CHECK(as_utf8("\xE4\xB8") == "\uFFFD\uFFFD");
}

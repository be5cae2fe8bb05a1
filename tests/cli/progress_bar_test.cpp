#include <catch2/catch.hpp>

#include "progress_bar.hpp"

using namespace kameo::cli;
using std::chrono::seconds;

TEST_CASE("a bar says how far the input has been read", "[cli][progress]") {
  CHECK(progress_line({0, 0, 0.0, seconds(0)}, 80) ==
        "[>                                       ]   0 %  0 asks  0.0 asks/s");
  CHECK(progress_line({50, 0, 0.5, seconds(2)}, 80) ==
        "[====================>                   ]  50 %  50 asks  25 asks/s");
  CHECK(progress_line({1, 2, 1.0, seconds(1)}, 80) ==
        "[========================================] 100 %  1 ask  1.0 asks/s  2 errors");
  CHECK(progress_line({10, 1, 2.0, seconds(1)}, 40) == " 100 %  10 asks  10 asks/s  1 error");
  CHECK(progress_line({10, 1, {}, seconds(1), 300}, 60) ==
        "  10 asks  10 asks/s  300 items  1 error");
}

TEST_CASE("an input without a length has no bar", "[cli][progress]") {
  CHECK(progress_line({1234, 0, {}, seconds(10)}, 80) == "  1234 asks  123 asks/s");
}

TEST_CASE("the line leaves the last column of any terminal free", "[cli][progress]") {
  for (std::size_t width = 1; width < 200; ++width) {
    CHECK(progress_line({123456, 7, 0.3, seconds(9)}, width).size() < width);
  }
}

// Catch2 itself, compiled once for all test executables.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "run_tests.hpp"

int run_tests(int argc, char** argv) {
  const int failed = Catch::Session().run(argc, argv);
  if (holds_at_the_end != nullptr && !holds_at_the_end()) return failed == 0 ? 1 : failed;
  return failed;
}

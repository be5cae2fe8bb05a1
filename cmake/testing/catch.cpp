// Catch2 itself, compiled once for all test executables.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include "run_tests.hpp"

int run_tests(int argc, char** argv) {
  return Catch::Session().run(argc, argv);
}

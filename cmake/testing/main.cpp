// The main() of every test executable that has none of its own.
#include "run_tests.hpp"

int main(int argc, char** argv) {
  return run_tests(argc, argv);
}

#include "parent.hpp"
#include "probe.hpp"

#include <run_tests.hpp>

#include <cstring>

/// The tests, the children that they start, and the parents that they kill.
int main(int argc, char** argv) {
  kameo::ChildMain child;
  child.add<probe::Probe>(probe::make_probe);
  child.before_start(probe::reset_fatal_signals);
  if (const auto code = child.run()) return *code;
  if (argc == 3 && std::strcmp(argv[1], "--parent") == 0) return doomed_parent(argv[2]);
  return run_tests(argc, argv);
}

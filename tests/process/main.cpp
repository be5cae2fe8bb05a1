#include "desk.hpp"
#include "hostile_child.hpp"
#include "probe.hpp"
#include "raw_child.hpp"

#include <run_tests.hpp>

#include <cstring>

/// The tests, and every child that they start.
int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "--raw") == 0) return raw_child(argv[2]);
  if (argc == 3 && std::strcmp(argv[1], "--hostile") == 0) return hostile_child(argv[2]);
  kameo::ChildMain child;
  child.add<probe::Probe>(probe::make_probe);
  child.add<probe::Narrow>(probe::make_probe);
  child.add<probe::Other>(probe::make_other);
  child.add<desk::Desk>(desk::make);
  child.before_start([] {
    probe::reset_fatal_signals();
    setenv("KAMEO_TEST_HOOK", "ran", 1);
  });
  if (const auto code = child.run()) return *code;
  return run_tests(argc, argv);
}

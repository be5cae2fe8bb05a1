#pragma once

/// Runs the test cases of this executable as its command line says; returns the exit code.
int run_tests(int argc, char** argv);

/// Where a test executable defines it: what must hold once its tests have run, whatever they were.
/// False fails the run; it says why by itself.
[[gnu::weak]] bool holds_at_the_end();

#pragma once

/// Runs the test cases of this executable as its command line says; returns the exit code.
int run_tests(int argc, char** argv);

#pragma once

#include <string_view>

/// A program that uses kameo and will be killed: brings its child into `state`, writes the numbers
/// of all its processes to stdout, then a line `ready`, and waits for its end.
int doomed_parent(std::string_view state);

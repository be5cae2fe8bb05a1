#pragma once

#include <cstdio>
#include <cstdlib>

namespace kameo::fuzz {

/// What must hold whatever the input; libFuzzer keeps the input of an abort.
inline void must(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

}  // namespace kameo::fuzz

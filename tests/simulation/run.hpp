#pragma once

#include "coverage.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace kameo::simulation {

inline constexpr std::uint64_t least_steps = 200;
inline constexpr std::uint64_t least_calls = 20;

/// Two sessions and their actors live through what this seed holds: as many pairs, one after the
/// other, as it takes for `least_steps` and `least_calls`. Throws Violation.
Coverage run_seed(std::uint64_t seed, std::function<void(const std::string&)> trace = {});

}  // namespace kameo::simulation

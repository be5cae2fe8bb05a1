#pragma once

#include <cstdint>

namespace kameo::simulation {

/// A bug of a session may end the process instead of breaking a promise: by a signal or by a
/// sanitizer. From now on that, too, prints how to replay the seed of the thread that it happened
/// in. `program`: argv[0].
void report_crashes_of(const char* program) noexcept;
/// The seed that this thread goes through now.
void set_current_seed(std::uint64_t seed) noexcept;

}  // namespace kameo::simulation

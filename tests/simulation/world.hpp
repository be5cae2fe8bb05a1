#pragma once

#include "coverage.hpp"
#include "ledger.hpp"
#include "random.hpp"

#include <kameo/concat.hpp>
#include <kameo/wire/session.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace kameo::simulation {

/// What all of a simulated world shares: chance, the clock, and what is known of both sides.
struct World {
  explicit World(std::uint64_t seed) : random(seed) {}

  Random random;
  wire::TimePoint now{};
  Ledger ledger;
  Coverage coverage;
  std::function<void(const std::string&)> trace;  ///< none: nobody listens

  template <class... Parts>
  void tell(const Parts&... parts) {
    if (!trace) return;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    trace(concat("t=", us.count(), "µs ", parts...));
  }
};

}  // namespace kameo::simulation

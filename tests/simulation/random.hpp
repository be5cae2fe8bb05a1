#pragma once

#include <cstdint>

namespace kameo::simulation {

/// splitmix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every machine,
/// which the standard library's distributions don't promise.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() noexcept {
    state_ += 0x9E3779B97F4A7C15U;
    return mix(state_);
  }
  /// 0 to limit - 1.
  std::uint32_t below(std::uint32_t limit) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32U) * limit) >> 32U);
  }
  bool one_in(std::uint32_t n) noexcept { return below(n) == 0; }

  static std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

}  // namespace kameo::simulation

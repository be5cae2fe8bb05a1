#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace kameo::cli {

/// How long asks took, in constant memory: 32 buckets to each doubling, so a percentile is off by
/// 3 % at most.
class Latency {
 public:
  void add(std::chrono::nanoseconds took) noexcept;
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  /// The time that `part` (0.5 for the median) of all asks took at most; 0 without asks.
  [[nodiscard]] std::chrono::nanoseconds percentile(double part) const noexcept;

 private:
  static constexpr unsigned steps_log2 = 5;
  std::array<std::uint64_t, std::size_t{64} << steps_log2> buckets_{};
  std::uint64_t count_ = 0;
};

/// Three digits and the unit that fits: `412 us`, `1.35 ms`, `12.0 s`.
[[nodiscard]] std::string short_text(std::chrono::nanoseconds length);

}  // namespace kameo::cli

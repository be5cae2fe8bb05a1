#pragma once

#include <chrono>
#include <cstdint>

namespace kameo::process {

/// So many records a second are let through, those beyond are counted. By whole seconds, so that it
/// says what was lost once in each and not after every other record.
/// Thread-safety: none.
class LogRate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  LogRate(std::uint32_t per_second, TimePoint now) : per_second_(per_second), since_(now) {}

  /// A second has passed since the first record of this one: it starts anew. How many records the
  /// last one lost.
  [[nodiscard]] std::uint64_t turn(TimePoint now) noexcept;
  /// Whether one more may pass in this second; if not, it is counted as lost.
  [[nodiscard]] bool take() noexcept;
  /// What was lost and not told yet; none from now on.
  [[nodiscard]] std::uint64_t take_lost() noexcept;

 private:
  std::uint32_t per_second_;
  TimePoint since_;
  std::uint32_t passed_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace kameo::process

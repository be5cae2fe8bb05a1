#pragma once

#include <kameo/error.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace kameo::actor {

/// Counts what was asked and how it ended, in builds with tests only: every ask ends exactly once,
/// so at the end of a test run the two sums are equal. Of the process: no test can leave one out.
class Ledger {
 public:
#if defined(KAMEO_LEDGER)
  static void asked() noexcept { ++asked_; }
  /// `code` 0: with a reply.
  static void ended(errc code) noexcept {
    const auto place = static_cast<std::size_t>(code);
    ++ended_[place < ended_.size() ? place : ended_.size() - 1];
  }
  [[nodiscard]] static std::uint64_t count_asked() noexcept { return asked_; }
  [[nodiscard]] static std::uint64_t count_ended(errc code) noexcept {
    return ended_[static_cast<std::size_t>(code)];
  }
  [[nodiscard]] static std::uint64_t count_ended() noexcept {
    std::uint64_t sum = 0;
    for (const auto& one : ended_) sum += one;
    return sum;
  }

 private:
  static inline std::atomic<std::uint64_t> asked_ = 0;
  static inline std::array<std::atomic<std::uint64_t>, 64> ended_ = {};
#else
  static void asked() noexcept {}
  static void ended(errc) noexcept {}
#endif
};

}  // namespace kameo::actor

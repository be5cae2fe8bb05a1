#pragma once

#include <kameo/wire/frame.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::simulation {

/// How an ask of a simulated actor ended.
enum class Outcome : std::uint8_t {
  reply,
  stream_end,
  handler_error,  ///< the other side refused it
  stream_error,   ///< the same, after items or where a stream was wanted
  cancelled,      ///< by the caller
  left,           ///< a stream that the caller stopped reading
  deadline_exceeded,
  overloaded,      ///< refused before it was sent
  session_closed,  ///< cut, crashed or bye before the answer
};
inline constexpr std::size_t outcome_count = 9;
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

/// Frames by type.
using FrameCounts = std::array<std::uint64_t, 32>;

/// What a run has seen, so that a green run can't be one in which nothing happened.
struct Coverage {
  std::array<FrameCounts, 2> frames{};  ///< by sender (0 parent)
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::uint64_t steps = 0;
  std::uint64_t calls = 0;

  void add(const Coverage& other);
  /// A line per frame type of a side and per outcome, with how often it came.
  [[nodiscard]] std::vector<std::string> lines() const { return lines_below(UINT64_MAX); }
  /// Those that came fewer than `least` times.
  [[nodiscard]] std::vector<std::string> lines_below(std::uint64_t least) const;
};

}  // namespace kameo::simulation

#pragma once

#include <kameo/bytes.hpp>
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

/// What a run has seen, so that a green run can't be one in which nothing happened.
struct Coverage {
  std::array<std::array<std::uint64_t, 32>, 2> frames{};  ///< by sender (0 parent) and type
  std::array<std::uint64_t, outcome_count> outcomes{};
  std::uint64_t steps = 0;
  std::uint64_t calls = 0;

  void add(const Coverage& other);
  /// One line per thing that came fewer than `least` times.
  [[nodiscard]] std::vector<std::string> missing(std::uint64_t least) const;
};

/// Counts the frames in a stream of bytes that is cut anywhere.
class FrameCounter {
 public:
  void take(ByteView bytes, std::array<std::uint64_t, 32>& counts);

 private:
  std::array<std::byte, wire::FrameHeader::size> header_{};
  std::size_t have_ = 0;
  std::size_t skip_ = 0;
};

}  // namespace kameo::simulation

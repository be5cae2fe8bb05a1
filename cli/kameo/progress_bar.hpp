#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace kameo::cli {

/// How far a batch job is.
struct Progress {
  std::uint64_t answered = 0;
  std::uint64_t errors = 0;
  std::optional<double> part;  ///< of the input, 0 to 1; none where its length is not known
  std::chrono::steady_clock::duration elapsed{0};
  std::uint64_t items = 0;  ///< of streams
};

/// One line of at most `width` columns:
/// `[=========>          ]  48 %  269 asks  1032 asks/s  2 errors`
[[nodiscard]] std::string progress_line(const Progress& progress, std::size_t width);

/// Asks per second, in as many digits as say something.
[[nodiscard]] std::string rate(std::uint64_t asks, std::chrono::steady_clock::duration elapsed);

/// `1 ask`, `2 asks`
[[nodiscard]] std::string counted(std::uint64_t count, const char* noun);

}  // namespace kameo::cli

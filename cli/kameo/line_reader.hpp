#pragma once

#include <kameo/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace kameo::cli {

/// One line of the input, or that there is none because it was longer than the limit.
struct Line {
  std::uint64_t number = 0;  ///< from 1
  std::string text;          ///< without its end
  bool too_long = false;     ///< then `text` is empty
};

/// Reads lines from a descriptor, in memory bounded by one line. `stop` ends a wait for input.
/// Thread-safety: `stop`, `bytes_read` from any thread, the rest from one.
class LineReader {
 public:
  LineReader(int fd, std::size_t longest_line);
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;
  ~LineReader();

  /// The next line; none at the end or after `stop`. Fails with `system`.
  [[nodiscard]] Result<std::optional<Line>> next();
  void stop() noexcept;

 private:
  [[nodiscard]] Result<bool> fill();

  const int fd_;
  const std::size_t longest_line_;
  int wake_fd_;
  std::string buffer_;
  std::size_t at_ = 0;  // of buffer_: what is before has been given out
  std::uint64_t number_ = 0;
  bool ended_ = false;
};

}  // namespace kameo::cli

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kameo::cli {

class OutcomeSource;

/// A line of the output: what became of a line of the input, or one item of its stream.
struct Outcome {
  std::string line;  ///< as NDJSON, without its end
  bool is_error = false;
  /// How long the ask took; none for a line that made no ask.
  std::optional<std::chrono::nanoseconds> took = {};
  bool is_item = false;  ///< more of the same stream follows
  /// In place of all that: a stream, whose lines are made as they are written.
  std::unique_ptr<OutcomeSource> stream = nullptr;
};

/// A stream, line by line. Dropped before its last line, it cancels its ask.
class OutcomeSource {
 public:
  OutcomeSource() = default;
  OutcomeSource(const OutcomeSource&) = delete;
  OutcomeSource& operator=(const OutcomeSource&) = delete;
  virtual ~OutcomeSource() = default;
  /// Waits for at most that long; none where nothing has come. The first that is no item is the
  /// last.
  [[nodiscard]] virtual std::optional<Outcome> next(std::chrono::milliseconds at_most) = 0;
};

/// The lines between input and output: taken in as they are read, completed in any order, given out
/// in the order in which they came. Bounded: the reader waits while it is full.
/// Thread-safety: all functions from any thread.
class OrderedWindow {
 public:
  /// `lines` at most inside; none is let in either while finished ones hold `bytes` or more.
  OrderedWindow(std::size_t lines, std::size_t bytes) : max_lines_(lines), max_bytes_(bytes) {}

  /// The number of a new line; waits for room. None once `close`d.
  [[nodiscard]] std::optional<std::uint64_t> enter();
  /// Once for each number that `enter` gave.
  void complete(std::uint64_t number, Outcome outcome);
  /// No more lines come in.
  void close();

  /// The finished lines from the front, in order; waits until there is one, at most for `at_most`.
  /// None once closed and empty.
  [[nodiscard]] std::optional<std::vector<Outcome>> take(std::chrono::milliseconds at_most);

 private:
  [[nodiscard]] bool has_room() const { return lines_.size() < max_lines_ && bytes_ < max_bytes_; }
  [[nodiscard]] bool front_is_done() const { return !lines_.empty() && lines_.front(); }

  const std::size_t max_lines_;
  const std::size_t max_bytes_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::condition_variable done_;
  // All below are guarded by mutex_.
  std::deque<std::optional<Outcome>> lines_;
  std::uint64_t first_ = 0;  // number of lines_.front()
  std::size_t bytes_ = 0;    // of finished lines
  bool closed_ = false;
};

}  // namespace kameo::cli

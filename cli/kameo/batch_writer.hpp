#pragma once

#include "batch_options.hpp"
#include "batch_output.hpp"
#include "console.hpp"
#include "latency.hpp"
#include "ordered_window.hpp"
#include "progress_bar.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace kameo::cli {

/// The output's end of a batch job: writes what became of the input, and tells on the console how
/// far it is. Thread-safety: none.
class BatchWriter {
 public:
  static constexpr auto redraw = std::chrono::milliseconds(100);

  /// `given_up`: nobody waits for the output any more. `bytes_read`: of the input, so far.
  BatchWriter(const BatchOptions& options, Console& console, const std::atomic<bool>& given_up,
              const std::atomic<std::uint64_t>& bytes_read);

  /// A stream is written to its end, as its items come. False once nothing can be written any more.
  [[nodiscard]] bool write(Outcome outcome);
  /// What has been written is seen now, and the line of progress, from time to time.
  void flush();
  /// After the last outcome: the rest of the output, then the summary.
  void finish();

  /// Whether the output could not be written; not so where it was given up.
  [[nodiscard]] bool has_failed() const noexcept;
  [[nodiscard]] std::uint64_t errors() const noexcept { return progress_.errors; }

 private:
  [[nodiscard]] bool is_over() const { return given_up_ || output_.problem() != 0; }
  void write_line(const Outcome& outcome);
  void draw(bool done);

  const BatchOptions& options_;
  Console& console_;
  const std::atomic<bool>& given_up_;
  const std::atomic<std::uint64_t>& bytes_read_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_draw_ = started_;
  BatchOutput output_;
  Latency latency_;
  Progress progress_;
};

}  // namespace kameo::cli

#pragma once

#include "batch_options.hpp"
#include "console.hpp"
#include "ordered_window.hpp"
#include "table.hpp"

#include <atomic>
#include <string>

namespace kameo::cli {

/// Where outcomes go, in the form that was asked for. The first failure to write stays.
class BatchOutput {
 public:
  /// `given_up`: nobody waits for the output any more; what has not been written is dropped.
  BatchOutput(const BatchOptions& options, Console& console, const std::atomic<bool>& given_up)
      : options_(options), console_(console), given_up_(given_up) {}

  void add(const Outcome& outcome);
  /// What has been added must be seen now, as far as its form allows.
  void flush();
  /// After the last outcome.
  void finish();
  /// The errno of the first failure; 0 for none.
  [[nodiscard]] int problem() const noexcept { return problem_; }

 private:
  void add_row(const Outcome& outcome);
  void write();

  const BatchOptions& options_;
  Console& console_;
  const std::atomic<bool>& given_up_;
  Table table_;
  std::string text_;  // to be written
  int problem_ = 0;
};

}  // namespace kameo::cli

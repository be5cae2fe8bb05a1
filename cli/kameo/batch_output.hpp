#pragma once

#include "batch_job.hpp"
#include "table.hpp"

#include <string>

namespace kameo::cli {

/// Where outcomes go, in the form that was asked for. The first failure to write stays.
class BatchOutput {
 public:
  BatchOutput(const BatchOptions& options, Console& console)
      : options_(options), console_(console) {}

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
  Table table_;
  std::string text_;  // to be written
  int problem_ = 0;
};

}  // namespace kameo::cli

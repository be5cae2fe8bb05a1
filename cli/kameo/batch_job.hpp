#pragma once

#include "batch_options.hpp"
#include "console.hpp"
#include "exit_code.hpp"
#include "line_reader.hpp"
#include "ordered_window.hpp"
#include "request_line.hpp"
#include "target.hpp"

#include <kameo/schema/package.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kameo::cli {

/// Requests in, line by line; answers out, in the same order. One thread reads and asks, the one
/// that calls `run` writes; asks are answered on threads of their own. Memory is bounded: lines
/// that are open or wait for their turn, and asks of one actor, have a limit, at which the reader
/// waits; a stream is read when its turn has come and as the output takes its items.
class BatchJob {
 public:
  BatchJob(const schema::Package& package, std::vector<Target> targets, Asker& asker,
           Console& console, BatchOptions options);

  /// Reads to the end of the input and prints the summary. `ok`, `some_errors`, `output_failed`, or
  /// `bad_usage` where the input could not be read; after `stop` it is the caller who knows better.
  [[nodiscard]] ExitCode run();

  /// Reads no more; what has been asked is still answered and written. From any thread.
  void stop();
  /// As `stop`, and waits for no answer either. From any thread.
  void abandon();

 private:
  void read_lines();
  [[nodiscard]] bool wait_for_room(const Request& request);
  void ask(std::uint64_t place, std::optional<json::Value> id, Request request);
  void ask_items(std::uint64_t place, std::optional<json::Value> id, Request request);
  void finish(std::uint64_t place, std::string line, bool is_error,
              std::optional<std::chrono::nanoseconds> took = {});
  void leave(std::size_t target);
  [[nodiscard]] const schema::Method& method_of(const Request& request) const;

  const schema::Package& package_;
  const std::vector<Target> targets_;
  Asker& asker_;
  Console& console_;
  const BatchOptions options_;
  LineReader reader_;
  OrderedWindow window_;
  std::atomic<std::uint64_t> bytes_read_ = 0;
  std::atomic<bool> abandoned_ = false;

  std::mutex open_mutex_;
  std::condition_variable open_changed_;
  std::vector<std::size_t> open_;     // guarded by open_mutex_: asks per target
  std::size_t open_in_all_ = 0;       // guarded by open_mutex_
  bool stopped_ = false;              // guarded by open_mutex_
  std::optional<Error> input_error_;  // guarded by open_mutex_
};

}  // namespace kameo::cli

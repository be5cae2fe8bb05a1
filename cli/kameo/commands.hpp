#pragma once

#include "batch_job.hpp"
#include "console.hpp"
#include "exit_code.hpp"

#include <optional>
#include <string>

namespace kameo::cli {

struct CheckOptions {
  std::string pool;
  ColorMode color = ColorMode::automatic;
};

/// `kameo check`: everything that `run` does short of starting a process.
[[nodiscard]] ExitCode check_command(const CheckOptions& options);

struct RunOptions {
  std::string pool;
  std::optional<std::string> input;  ///< `-`: standard input; none: the pool's `batch`, or serve
  std::string output = "-";          ///< `-`: standard output
  std::optional<Format> format;      ///< none: the pool's `batch`, or NDJSON
  ColorMode color = ColorMode::automatic;
  bool progress = true;
  bool serve = false;  ///< whatever the pool's `batch` says
};

/// `kameo run`: starts the pool's actors, works off a batch or serves until a signal, stops them.
[[nodiscard]] ExitCode run_command(const RunOptions& options);

}  // namespace kameo::cli

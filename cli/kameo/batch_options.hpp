#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kameo::cli {

/// How replies are written: `--format`.
enum class Format { ndjson, table };

struct BatchOptions {
  int input_fd = -1;
  std::optional<std::uint64_t> input_bytes;  ///< where the input is a file: for the progress bar
  int output_fd = -1;
  bool output_is_terminal = false;
  std::string output_name;  ///< for messages
  Format format = Format::ndjson;
};

}  // namespace kameo::cli

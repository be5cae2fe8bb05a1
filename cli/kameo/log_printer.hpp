#pragma once

#include "console.hpp"

#include <kameo/log.hpp>

#include <string>

namespace kameo::cli {

/// One entry as lines for the operator:
///
///     12:03:04.125 strategy[1] INFO shop.worker worker.py:12: sold 5 (order=7)
///       Traceback …
///
/// Control characters are escaped, the lines after the first set in.
[[nodiscard]] std::string log_text(const LogEntry& entry, bool color);

}  // namespace kameo::cli

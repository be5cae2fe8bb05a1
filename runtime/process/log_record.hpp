#pragma once

#include <kameo/log.hpp>

#include <string_view>

namespace kameo::process {

/// A record of this moment that the runtime makes by itself: of what a child printed, or with
/// `kameo` as its source of what it has to say. A message that is no UTF-8 is made one.
[[nodiscard]] wire::LogRecord make_record(std::string_view source, wire::LogLevel level,
                                          std::string_view message);

}  // namespace kameo::process

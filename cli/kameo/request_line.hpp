#pragma once

#include "target.hpp"

#include <kameo/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::cli {

/// One line of the input, checked and encoded:
///
///     {"actor": "strategy", "handler": "evaluate", "request": {"symbol": "AAPL"}, "id": 7}
///     {"actor": "worker", "handler": "sum", "input": [1.5, 2.0]}
///
/// `actor` and `handler` may be left out where only one fits; `request` where the handler's has no
/// field that must be given; `input`, the items of its input stream, is there exactly where it
/// takes one; `id` is any JSON value and comes back with the answer.
struct Request {
  std::size_t target = 0;   ///< index into the targets
  std::size_t handler = 0;  ///< index into the handlers of its type
  Bytes payload;
  std::optional<std::vector<Bytes>> input;
};

/// What a line was: its id, if it came so far, and the request or what is wrong with it.
struct ParsedLine {
  std::optional<json::Value> id;
  Result<Request> request;
};

[[nodiscard]] ParsedLine parse_request(std::string_view line, const schema::Package& package,
                                       const std::vector<Target>& targets);

}  // namespace kameo::cli

#pragma once

#include "target.hpp"

#include <kameo/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace kameo::cli {

/// `{"id": …, "reply": …}`, without the line's end. `reply` is JSON text; `id` is left out where
/// the request had none.
[[nodiscard]] std::string reply_line(const std::optional<json::Value>& id,
                                     const std::string& reply);

/// `{"id": …, "item": …}`, for one item of a stream.
[[nodiscard]] std::string item_line(const std::optional<json::Value>& id, const std::string& item);

/// `{"id": …, "end": {"items": …}}`, for a stream that came to its end.
[[nodiscard]] std::string end_line(const std::optional<json::Value>& id, std::uint64_t items);

/// `{"id": …, "error": {"code": …, "message": …}}` with what else the error has: where, type,
/// traceback, notes, cause; declared and value; death.
[[nodiscard]] std::string error_line(const std::optional<json::Value>& id, const Error& error,
                                     const schema::Package& package);

}  // namespace kameo::cli

#pragma once

#include "target.hpp"

#include <kameo/json/value.hpp>

#include <optional>
#include <string>

namespace kameo::cli {

/// `{"id": …, "reply": …}`, without the line's end. `reply` is JSON text; `id` is left out where
/// the request had none.
[[nodiscard]] std::string reply_line(const std::optional<json::Value>& id,
                                     const std::string& reply);

/// `{"id": …, "error": {"code": …, "message": …}}` with what else the error has: where, type,
/// traceback, notes, cause; declared and value; death.
[[nodiscard]] std::string error_line(const std::optional<json::Value>& id, const Error& error,
                                     const schema::Package& package);

}  // namespace kameo::cli

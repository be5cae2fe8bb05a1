#pragma once

#include "ref.hpp"

#include <kameo/json/value.hpp>

#include <optional>

namespace kameo::python {

/// Plain data as a JSON value: None, bool, int, float, str, list or tuple, dict with str keys.
/// Empty with a ValidationError set for anything else; `name` is how it is called there.
[[nodiscard]] std::optional<json::Value> json_from_data(PyObject* data, std::string_view name);

/// The other way; an integer is an int, whatever its size.
[[nodiscard]] Ref data_from_json(const json::Value& value);

}  // namespace kameo::python

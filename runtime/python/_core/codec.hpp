#pragma once

#include "plan.hpp"

#include <kameo/bytes.hpp>
#include <kameo/coder.hpp>

#include <string>
#include <string_view>

namespace kameo::python {

/// The value that `payload` holds, all of it. Empty with a ValueError set where it holds none, or
/// with what a class raised. Makes instances without calling their `__init__`.
[[nodiscard]] Ref decode(const Node& node, ByteView payload, const CodecLimits& limits);

/// The payload of `value`, in `memory`, which grows as needed and is meant to be used again.
/// `name` is how the value is called in messages: `Decision`, `market.Price`.
/// False with an exception set: `kameo_runtime.errors.ValidationError` with every violation where
/// the value is not of the type, or what a user's class raised.
[[nodiscard]] bool encode(const Node& node, PyObject* value, std::string_view name, Bytes& memory,
                          ByteView& payload, const CodecLimits& limits);

/// repr(), cut to about 60 characters; `<T whose repr() raised E>` where that fails. Leaves no
/// exception.
[[nodiscard]] std::string short_repr(PyObject* value);

}  // namespace kameo::python

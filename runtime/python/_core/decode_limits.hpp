#pragma once

#include "plan.hpp"

#include <kameo/coder.hpp>

#include <string_view>

namespace kameo::python {

/// Whether a value that was read keeps the limits of its field. Looks at the field alone, not into
/// elements; leaves no exception.
[[nodiscard]] bool keeps_limits(const FieldPlan& field, PyObject* value);

/// Sets a ValidationError with all that `value` breaks, of which something is known to be broken.
void raise_broken_limits(const Node& node, PyObject* value, const CodecLimits& limits);

/// How a value that stands alone is called: `Tick` of `trading.Tick`, `value` where it has no name.
[[nodiscard]] std::string_view name_of(const Node& node);

}  // namespace kameo::python

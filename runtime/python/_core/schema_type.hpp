#pragma once

#include "plan.hpp"
#include "ref.hpp"

#include <kameo/schema/package.hpp>

namespace kameo::python {

/// What Python code needs to know of the named types, to see whether classes fit them: a list of
/// (full name, form, names), where names are those of a structure's fields, of an enum's values, or
/// (variant, shape, field names) of a union. Empty with an exception set.
[[nodiscard]] Ref types_of(const schema::Package& package);

/// What a `_core.Schema` holds; it lives as long as that. Null with a TypeError set for another
/// object.
[[nodiscard]] Plans* plans_of(PyObject* schema);

}  // namespace kameo::python

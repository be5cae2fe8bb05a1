#pragma once

#include "plan.hpp"

#include <kameo/coder.hpp>

namespace kameo::python {

struct Encoding;
struct Step;

/// A numeric array: a read-only numpy array, or a read-only memoryview where numpy is not
/// installed; both over one block of memory. Empty with an exception set.
[[nodiscard]] Ref array_of(Decoder& in, const Node& node);

/// Any buffer of that element type and number of dimensions, or nested sequences of numbers.
/// False with an exception set.
[[nodiscard]] bool encode_array(Encoding& out, const Node& node, PyObject* value, const Step* step);

/// Called when a schema with arrays is bound: importing numpy is most of a worker's start. Its
/// absence is no failure.
bool import_numpy();

/// The type that owns the memory of decoded arrays.
bool add_array_type(PyObject* module);

}  // namespace kameo::python

#pragma once

#include "ref.hpp"

namespace kameo::python {

/// What a loop over a stream iterates over: it holds the stream, and leaves it when it is dropped
/// itself, also where the stream has a name and lives on. New reference; null with an exception
/// set.
PyObject* new_stream_loop(PyObject* stream);

bool add_stream_loop_type(PyObject* module);

}  // namespace kameo::python

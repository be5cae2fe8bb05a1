#pragma once

#include "ref.hpp"

namespace kameo::python {

bool add_stream_next_type(PyObject* module);

}  // namespace kameo::python

#pragma once

#include "ref.hpp"

namespace kameo::python {

/// What a spare task waits on until a handler's coroutine has suspended: a future to asyncio, one
/// that can't be cancelled.
struct Gate {
  PyObject ob_base;
  PyObject* loop;
  PyObject* wakeup;  ///< the task's own: called with the gate it makes the task's next step
  char blocking;     ///< asyncio's mark of `await` as against `yield`
};

inline Gate& as_gate(PyObject* object) noexcept {
  return *reinterpret_cast<Gate*>(object);
}

/// New reference; null with an exception set.
PyObject* new_gate(PyObject* loop);
bool add_gate_type(PyObject* module);

}  // namespace kameo::python

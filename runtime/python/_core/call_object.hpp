#pragma once

#include "call.hpp"
#include "ref.hpp"

namespace kameo::python {

struct Call {
  PyObject ob_base;
  Worker* worker;
  const RouteEntry* route;
  wire::CorrelationId id;
  PyObject* value;      ///< once done, unless it failed
  PyObject* exception;  ///< once failed
  /// List of (callback, context), or null. While it is there the call holds itself: the task that
  /// awaits it may be held by nothing else, and must not be collected before it has its answer.
  PyObject* callbacks;
  bool done;
  bool cancelled;
  char blocking;  ///< asyncio's mark of `await`
};

inline Call& as_call(PyObject* object) noexcept {
  return *reinterpret_cast<Call*>(object);
}

/// New reference to what became of a call that is done, or null with the exception set.
PyObject* outcome(Call& call);
/// Borrowed; null with an exception set where no loop runs.
PyObject* loop_of(Call& call);
/// A new bool: whether it was still open. Null with an exception set.
PyObject* cancel_call(Call& call);

/// What `await` steps. New reference; null with an exception set.
PyObject* new_call_iterator(PyObject* call);
bool add_call_iterator_type(PyObject* module);

}  // namespace kameo::python

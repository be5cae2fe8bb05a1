#pragma once

#include "ref.hpp"

#include <cstddef>

/// What the awaitables that are made in C have in common: each is its own iterator, has `send`,
/// `throw` and `close` like a coroutine, and is collected.
namespace kameo::python {

struct AwaitableParts {
  const char* name = nullptr;  ///< with its module; of static storage
  std::size_t size = 0;
  PyMethodDef* methods = nullptr;  ///< by `awaitable_methods`
  /// One step; what it throws in C++ becomes an exception.
  PySendResult (*send)(PyObject* self, PyObject* value, PyObject** result) = nullptr;
  traverseproc traverse = nullptr;
  inquiry clear = nullptr;
};

/// New reference; null with an exception set.
PyTypeObject* make_awaitable_type(PyObject* module, const AwaitableParts& parts);

/// The `send` method of all of them.
PyObject* awaitable_send(PyObject* self, PyObject* value);

template <PyObject* (*throw_)(PyObject* self, PyObject* args),
          PyObject* (*close)(PyObject* self, PyObject*)>
PyMethodDef* awaitable_methods() noexcept {
  static PyMethodDef methods[] = {{"send", awaitable_send, METH_O, nullptr},
                                  {"throw", throw_, METH_VARARGS, nullptr},
                                  {"close", close, METH_NOARGS, nullptr},
                                  {nullptr, nullptr, 0, nullptr}};
  return methods;
}

/// Raises what the arguments of a `throw` say. Always null.
PyObject* raise_thrown(PyObject* args);

}  // namespace kameo::python

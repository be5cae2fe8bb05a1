#include "awaitable.hpp"
#include "call_object.hpp"

namespace kameo::python {
namespace {

struct CallIterator {
  PyObject ob_base;
  PyObject* call;
};

PyTypeObject* iterator_type = nullptr;

PySendResult iterator_send(PyObject* self, PyObject*, PyObject** result) {
  auto* held = reinterpret_cast<CallIterator*>(self)->call;
  auto& call = as_call(held);
  if (call.done) {
    *result = outcome(call);
    return *result == nullptr ? PYGEN_ERROR : PYGEN_RETURN;
  }
  if (loop_of(call) == nullptr) {
    *result = nullptr;
    return PYGEN_ERROR;
  }
  call.blocking = 1;
  *result = Py_NewRef(held);
  return PYGEN_NEXT;
}

/// The awaiting coroutine is being ended from outside: nobody wants the answer.
PyObject* iterator_throw(PyObject* self, PyObject* args) {
  auto* call = reinterpret_cast<CallIterator*>(self)->call;
  if (!as_call(call).done && !Ref(cancel_call(as_call(call)))) PyErr_Clear();
  return raise_thrown(args);
}

PyObject* iterator_close(PyObject* self, PyObject*) {
  auto* call = reinterpret_cast<CallIterator*>(self)->call;
  return as_call(call).done ? Py_NewRef(Py_None) : cancel_call(as_call(call));
}

int iterator_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(reinterpret_cast<CallIterator*>(self)->call);
  return 0;
}
int iterator_clear(PyObject* self) {
  Py_CLEAR(reinterpret_cast<CallIterator*>(self)->call);
  return 0;
}

}  // namespace

PyObject* new_call_iterator(PyObject* call) {
  auto* made = iterator_type->tp_alloc(iterator_type, 0);
  if (made != nullptr) reinterpret_cast<CallIterator*>(made)->call = Py_NewRef(call);
  return made;
}

bool add_call_iterator_type(PyObject* module) {
  AwaitableParts parts;
  parts.name = "kameo_runtime._core.CallIterator";
  parts.size = sizeof(CallIterator);
  parts.methods = awaitable_methods<iterator_throw, iterator_close>();
  parts.send = iterator_send;
  parts.traverse = iterator_traverse;
  parts.clear = iterator_clear;
  iterator_type = make_awaitable_type(module, parts);
  return iterator_type != nullptr;
}

}  // namespace kameo::python

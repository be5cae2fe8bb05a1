#include "call_object.hpp"

#include <array>

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

PyObject* iterator_next(PyObject* self) {
  PyObject* result = nullptr;
  if (iterator_send(self, Py_None, &result) != PYGEN_RETURN) return result;
  const Ref value(result);
  // A tuple or an exception as the value must not be taken apart.
  const Ref stop(PyObject_CallOneArg(PyExc_StopIteration, value.get()));
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
  return nullptr;
}
PyObject* iterator_send_method(PyObject* self, PyObject*) {
  return iterator_next(self);
}

/// The awaiting coroutine is being ended from outside: nobody wants the answer.
PyObject* iterator_throw(PyObject* self, PyObject* args) {
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  if (!PyArg_ParseTuple(args, "O|OO", &type, &value, &traceback)) return nullptr;
  auto* call = reinterpret_cast<CallIterator*>(self)->call;
  if (!as_call(call).done && !Ref(cancel_call(as_call(call)))) PyErr_Clear();
  const Ref exception(PyExceptionInstance_Check(type)
                          ? Py_NewRef(type)
                          : PyObject_CallFunctionObjArgs(type, value, nullptr));
  if (exception) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
  }
  return nullptr;
}

PyObject* iterator_close(PyObject* self, PyObject*) {
  auto* call = reinterpret_cast<CallIterator*>(self)->call;
  return as_call(call).done ? Py_NewRef(Py_None) : cancel_call(as_call(call));
}

PyObject* iterator_self(PyObject* self) {
  return Py_NewRef(self);
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
void iterator_dealloc(PyObject* self) {
  dealloc_collected(self, iterator_clear);
}

std::array<PyMethodDef, 4> iterator_methods{{
    {"send", iterator_send_method, METH_O, nullptr},
    {"throw", iterator_throw, METH_VARARGS, nullptr},
    {"close", iterator_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyType_Slot, 8> iterator_slots{{{Py_tp_dealloc, slot(iterator_dealloc)},
                                           {Py_tp_traverse, slot(iterator_traverse)},
                                           {Py_tp_clear, slot(iterator_clear)},
                                           {Py_tp_methods, iterator_methods.data()},
                                           {Py_tp_iter, slot(iterator_self)},
                                           {Py_tp_iternext, slot(iterator_next)},
                                           {Py_am_send, slot(iterator_send)},
                                           {0, nullptr}}};
PyType_Spec iterator_spec{
    "kameo_runtime._core.CallIterator", sizeof(CallIterator), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    iterator_slots.data()};

}  // namespace

PyObject* new_call_iterator(PyObject* call) {
  auto* made = iterator_type->tp_alloc(iterator_type, 0);
  if (made != nullptr) reinterpret_cast<CallIterator*>(made)->call = Py_NewRef(call);
  return made;
}

bool add_call_iterator_type(PyObject* module) {
  iterator_type =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &iterator_spec, nullptr));
  return iterator_type != nullptr;
}

}  // namespace kameo::python

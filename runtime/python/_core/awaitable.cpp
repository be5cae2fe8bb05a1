#include "awaitable.hpp"

#include "module.hpp"

#include <array>

namespace kameo::python {
namespace {

/// How `__next__` tells what a step gave.
PyObject* as_iteration(PySendResult status, PyObject* result) {
  if (status != PYGEN_RETURN) return result;
  const Ref value(result);
  // A tuple or an exception as the value must not be taken apart.
  const Ref stop(PyObject_CallOneArg(PyExc_StopIteration, value.get()));
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
  return nullptr;
}

PyObject* next(PyObject* self) {
  return guarded(
      [&] {
        PyObject* result = nullptr;
        const auto status = Py_TYPE(self)->tp_as_async->am_send(self, Py_None, &result);
        return as_iteration(status, result);
      },
      static_cast<PyObject*>(nullptr));
}

PyObject* itself(PyObject* self) {
  return Py_NewRef(self);
}

void dealloc(PyObject* self) {
  dealloc_collected(self, Py_TYPE(self)->tp_clear);
}

}  // namespace

PyObject* awaitable_send(PyObject* self, PyObject* /*not looked at*/) {
  return next(self);
}

PyTypeObject* make_awaitable_type(PyObject* module, const AwaitableParts& parts) {
  std::array<PyType_Slot, 9> slots{{{Py_tp_dealloc, slot(dealloc)},
                                    {Py_tp_traverse, slot(parts.traverse)},
                                    {Py_tp_clear, slot(parts.clear)},
                                    {Py_tp_methods, parts.methods},
                                    {Py_tp_iter, slot(itself)},
                                    {Py_tp_iternext, slot(next)},
                                    {Py_am_await, slot(itself)},
                                    {Py_am_send, slot(parts.send)},
                                    {0, nullptr}}};
  PyType_Spec spec{parts.name, static_cast<int>(parts.size), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   slots.data()};
  return reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &spec, nullptr));
}

PyObject* raise_thrown(PyObject* args) {
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  if (!PyArg_ParseTuple(args, "O|OO", &type, &value, &traceback)) return nullptr;
  const Ref exception(PyExceptionInstance_Check(type)
                          ? Py_NewRef(type)
                          : PyObject_CallFunctionObjArgs(type, value, nullptr));
  if (exception) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
  }
  return nullptr;
}

}  // namespace kameo::python

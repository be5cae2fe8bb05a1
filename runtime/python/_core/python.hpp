#pragma once

// Python's C API, and all that differs between its versions 3.10 to 3.13. No other file looks at
// PY_VERSION_HEX.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
// T_OBJECT_EX: public under this name in every version we build for.
#include <structmember.h>

#if PY_VERSION_HEX < 0x030A0000
#error "kameo's extension needs Python 3.10 or later"
#endif

namespace kameo::python {

/// The exception being raised, as a new reference with its traceback in place; null where none is.
inline PyObject* take_raised() noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  return PyErr_GetRaisedException();
#else
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  if (type == nullptr) return nullptr;
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_DECREF(type);
  Py_XDECREF(traceback);
  return value;
#endif
}

/// Raises `exception`; takes the reference.
inline void raise_taken(PyObject* exception) noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  PyErr_SetRaisedException(exception);
#else
  PyErr_Restore(Py_NewRef(reinterpret_cast<PyObject*>(Py_TYPE(exception))), exception,
                PyException_GetTraceback(exception));
#endif
}

/// The entry of a method table for a function with keyword arguments.
template <class Function>
PyCFunction method(Function* function) noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

/// The entry of a type's slot table for a function.
template <class Function>
void* slot(Function* function) noexcept {
  return reinterpret_cast<void*>(function);
}

}  // namespace kameo::python

#include "gate.hpp"

#include <array>

namespace kameo::python {
namespace {

PyTypeObject* gate_type = nullptr;

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_gate(self).loop);
  Py_VISIT(as_gate(self).wakeup);
  return 0;
}
int clear(PyObject* self) {
  Py_CLEAR(as_gate(self).loop);
  Py_CLEAR(as_gate(self).wakeup);
  return 0;
}

void dealloc(PyObject* self) {
  dealloc_collected(self, clear);
}

PyObject* add_done_callback(PyObject* self, PyObject* args, PyObject* kwargs) {
  static std::array<char*, 3> names{const_cast<char*>("callback"), const_cast<char*>("context"),
                                    nullptr};
  PyObject* callback = nullptr;
  PyObject* context = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O", names.data(), &callback, &context)) {
    return nullptr;
  }
  Py_XSETREF(as_gate(self).wakeup, Py_NewRef(callback));
  Py_RETURN_NONE;
}
PyObject* result(PyObject*, PyObject*) {
  Py_RETURN_NONE;
}
PyObject* cancel(PyObject*, PyObject*, PyObject*) {
  Py_RETURN_FALSE;
}
PyObject* get_loop(PyObject* self, PyObject*) {
  return Py_NewRef(as_gate(self).loop);
}

std::array<PyMethodDef, 5> methods{{
    {"add_done_callback", method(add_done_callback), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"result", result, METH_NOARGS, nullptr},
    {"cancel", method(cancel), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"get_loop", get_loop, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyMemberDef, 2> members{{
    {"_asyncio_future_blocking", T_BOOL, offsetof(Gate, blocking), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
}};
std::array<PyType_Slot, 6> slots{{{Py_tp_dealloc, slot(dealloc)},
                                  {Py_tp_traverse, slot(traverse)},
                                  {Py_tp_clear, slot(clear)},
                                  {Py_tp_methods, methods.data()},
                                  {Py_tp_members, members.data()},
                                  {0, nullptr}}};
PyType_Spec spec{"kameo_runtime._core.Gate", sizeof(Gate), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                 slots.data()};

}  // namespace

PyObject* new_gate(PyObject* loop) {
  auto* made = gate_type->tp_alloc(gate_type, 0);
  if (made != nullptr) as_gate(made).loop = Py_NewRef(loop);
  return made;
}

bool add_gate_type(PyObject* module) {
  gate_type = reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &spec, nullptr));
  return gate_type != nullptr;
}

}  // namespace kameo::python

#include "stream_loop.hpp"

#include "module.hpp"
#include "stream.hpp"

#include <array>

namespace kameo::python {
namespace {

struct StreamLoop {
  PyObject ob_base;
  PyObject* stream;
};

PyTypeObject* loop_type = nullptr;

PyObject* stream_of(PyObject* loop) {
  return reinterpret_cast<StreamLoop*>(loop)->stream;
}

PyObject* loop_self(PyObject* self) {
  return Py_NewRef(self);
}
PyObject* loop_next(PyObject* self) {
  return guarded([&] { return next_blocking(stream_of(self)); }, static_cast<PyObject*>(nullptr));
}
PyObject* loop_anext(PyObject* self) {
  return new_loop_next(stream_of(self), self);
}
int loop_traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(stream_of(self));
  return 0;
}
int loop_clear(PyObject* self) {
  Py_CLEAR(reinterpret_cast<StreamLoop*>(self)->stream);
  return 0;
}
void loop_dealloc(PyObject* self) {
  if (auto* stream = stream_of(self); stream != nullptr) {
    const RaisedAside aside;  // an exception may be what ends the loop
    leave(as_stream(stream));
  }
  dealloc_collected(self, loop_clear);
}
std::array<PyType_Slot, 8> loop_slots{{{Py_tp_dealloc, slot(loop_dealloc)},
                                       {Py_tp_traverse, slot(loop_traverse)},
                                       {Py_tp_clear, slot(loop_clear)},
                                       {Py_tp_iter, slot(loop_self)},
                                       {Py_tp_iternext, slot(loop_next)},
                                       {Py_am_aiter, slot(loop_self)},
                                       {Py_am_anext, slot(loop_anext)},
                                       {0, nullptr}}};
PyType_Spec loop_spec{"kameo_runtime._core.StreamLoop", sizeof(StreamLoop), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                      loop_slots.data()};

}  // namespace

PyObject* new_stream_loop(PyObject* stream) {
  auto* made = loop_type->tp_alloc(loop_type, 0);
  if (made != nullptr) reinterpret_cast<StreamLoop*>(made)->stream = Py_NewRef(stream);
  return made;
}

bool add_stream_loop_type(PyObject* module) {
  loop_type =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &loop_spec, nullptr));
  return loop_type != nullptr;
}

}  // namespace kameo::python

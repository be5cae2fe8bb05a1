#include "sink.hpp"

#include "module.hpp"
#include "task.hpp"
#include "worker.hpp"

#include <array>

namespace kameo::python {
namespace {

PyTypeObject* sink_type = nullptr;

struct Sink {
  PyObject ob_base;
  Worker* worker;
  const RouteEntry* route;
  wire::CorrelationId id;
  PyObject* waiter;  ///< a future, while there is no credit
  bool is_input;
};

Sink& as_sink(PyObject* object) noexcept {
  return *reinterpret_cast<Sink*>(object);
}

PyObject* send(PyObject* self, PyObject* item) {
  auto& sink = as_sink(self);
  const bool sent = guarded(
      [&] { return sink.worker->send_item(*sink.route, sink.id, sink.is_input, item); }, false);
  return sent ? Py_NewRef(Py_None) : nullptr;
}

/// None where the next item may be sent; else what to await before asking again.
PyObject* turn(PyObject* self, PyObject*) {
  auto& sink = as_sink(self);
  auto& worker = *sink.worker;
  if (worker.may_send(sink.id, sink.is_input) && !worker.output_is_full()) {
    return worker.wants_turn() ? Py_NewRef(worker.starter()->pause()) : Py_NewRef(Py_None);
  }
  const Ref future(PyObject_CallMethod(worker.loop(), "create_future", nullptr));
  if (future) Py_XSETREF(sink.waiter, Py_NewRef(future.get()));
  return Ref(future).release();
}

/// The iterable has ended; with an exception where it failed. Only for what a call is fed.
PyObject* end(PyObject* self, PyObject* exception) {
  auto& sink = as_sink(self);
  return guarded(
      [&] {
        sink.worker->end_feed(sink.id, exception == Py_None ? Ref() : Ref::share(exception));
        return Py_NewRef(Py_None);
      },
      static_cast<PyObject*>(nullptr));
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_sink(self).waiter);
  return 0;
}
int clear(PyObject* self) {
  Py_CLEAR(as_sink(self).waiter);
  return 0;
}
void dealloc(PyObject* self) {
  auto& sink = as_sink(self);
  if (Worker::current() == sink.worker) sink.worker->remove_sink(sink.id, sink.is_input);
  dealloc_collected(self, clear);
}

std::array<PyMethodDef, 4> methods{{{"send", send, METH_O, nullptr},
                                    {"turn", turn, METH_NOARGS, nullptr},
                                    {"end", end, METH_O, nullptr},
                                    {nullptr, nullptr, 0, nullptr}}};
std::array<PyType_Slot, 5> slots{{{Py_tp_dealloc, slot(dealloc)},
                                  {Py_tp_traverse, slot(traverse)},
                                  {Py_tp_clear, slot(clear)},
                                  {Py_tp_methods, methods.data()},
                                  {0, nullptr}}};
PyType_Spec spec{"kameo_runtime._core.Sink", sizeof(Sink), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                 slots.data()};

}  // namespace

PyObject* new_sink(Worker& worker, const RouteEntry& route, wire::CorrelationId id, bool is_input) {
  auto* made = sink_type->tp_alloc(sink_type, 0);
  if (made == nullptr) return nullptr;
  auto& sink = as_sink(made);
  sink.worker = &worker;
  sink.route = &route;
  sink.id = id;
  sink.is_input = is_input;
  worker.add_sink(id, is_input, made);
  return made;
}

bool sink_has_credit(PyObject* object) {
  auto& sink = as_sink(object);
  const Ref waiter(std::exchange(sink.waiter, nullptr));
  return !waiter || sink.worker->wake(waiter.get());
}

bool add_sink_type(PyObject* module) {
  sink_type = reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &spec, nullptr));
  return sink_type != nullptr;
}

}  // namespace kameo::python

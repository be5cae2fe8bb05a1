#include "carrier.hpp"

#include "module.hpp"
#include "task.hpp"

#include <array>

namespace kameo::python {
namespace {

PyTypeObject* carrier_type = nullptr;

int carrier_traverse(PyObject* self, visitproc visit, void* arg) {
  const auto& carrier = as_carrier(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(carrier.gate);
  Py_VISIT(carrier.task);
  Py_VISIT(carrier.coroutine);
  Py_VISIT(carrier.context);
  Py_VISIT(carrier.yielded);
  Py_VISIT(carrier.result);
  Py_VISIT(carrier.raised);
  return 0;
}
int carrier_clear(PyObject* self) {
  auto& carrier = as_carrier(self);
  Py_CLEAR(carrier.gate);
  Py_CLEAR(carrier.task);
  clear_job(carrier);
  return 0;
}
void carrier_dealloc(PyObject* self) {
  dealloc_collected(self, carrier_clear);
}

/// Whether the task was asked to cancel and has not passed it on; only asked of one that was
/// touched.
bool must_cancel(const Carrier& carrier) {
  if (carrier.touched == 0 || carrier.task == nullptr) return false;
  const Ref flag(PyObject_GetAttrString(carrier.task, "_must_cancel"));
  if (!flag) PyErr_Clear();
  return flag && flag.get() == Py_True;
}

void end(Carrier& carrier, bool cancelled) {
  report(carrier, cancelled);
  carrier.stage = Carrier::Stage::ended;
  Py_CLEAR(carrier.task);  // it holds the carrier: no work for the collector
}

/// What the task gets to see of a step; the caller has already been answered. An exception ends
/// here, or asyncio would report it as never retrieved; only a cancel goes on to the task.
PySendResult pass_on(Carrier& carrier, PySendResult status, PyObject** result) {
  if (status == PYGEN_NEXT) return PYGEN_NEXT;
  const auto raised = Ref::share(carrier.raised);
  const bool cancelled =
      (raised && carrier.starter->is_cancelled_error(raised.get())) || must_cancel(carrier);
  end(carrier, cancelled);
  if (raised && cancelled) {
    raise_taken(Ref(raised).release());
    return PYGEN_ERROR;
  }
  *result = Py_NewRef(Py_None);
  return PYGEN_RETURN;
}

PySendResult carrier_send(PyObject* self, PyObject* argument, PyObject** result) {
  auto& carrier = as_carrier(self);
  *result = nullptr;
  switch (carrier.stage) {
    case Carrier::Stage::opening:
      carrier.stage = Carrier::Stage::parked;
      as_gate(carrier.gate).blocking = 1;
      *result = Py_NewRef(carrier.gate);
      return PYGEN_NEXT;
    case Carrier::Stage::handing:
      carrier.stage = Carrier::Stage::carried;
      if (carrier.yielded == nullptr) return pass_on(carrier, PYGEN_RETURN, result);
      *result = std::exchange(carrier.yielded, nullptr);
      return PYGEN_NEXT;
    case Carrier::Stage::carried:
      return pass_on(carrier, step(carrier, argument, nullptr, result), result);
    default:
      PyErr_SetString(PyExc_RuntimeError, "a handler's task was stepped out of turn");
      return PYGEN_ERROR;
  }
}

/// As a generator's methods give it: the value that was yielded, or an exception.
PyObject* as_method_result(PySendResult status, PyObject* result) {
  if (status == PYGEN_RETURN) {
    const Ref returned(result);
    PyErr_SetObject(PyExc_StopIteration, returned.get());
    return nullptr;
  }
  return result;
}

PyObject* carrier_send_method(PyObject* self, PyObject* argument) {
  PyObject* result = nullptr;
  const auto status = carrier_send(self, argument, &result);
  return as_method_result(status, result);
}

/// The cancel that came while the first step was made, or right after it: it is for what the
/// coroutine waits for by now.
PyObject* cancel_awaited(Carrier& carrier) {
  Ref awaited(std::exchange(carrier.yielded, nullptr));
  carrier.stage = Carrier::Stage::carried;
  if (awaited.get() == Py_None || !PyObject_HasAttrString(awaited.get(), "cancel")) return nullptr;
  const Ref cancelled(PyObject_CallMethod(awaited.get(), "cancel", nullptr));
  if (!cancelled) {
    PyErr_Clear();
    return nullptr;
  }
  return PyObject_IsTrue(cancelled.get()) == 1 ? awaited.release() : nullptr;
}

PyObject* carrier_throw(PyObject* self, PyObject* args) {
  auto& carrier = as_carrier(self);
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* traceback = nullptr;
  if (!PyArg_ParseTuple(args, "O|OO", &type, &value, &traceback)) return nullptr;
  const Ref exception(PyExceptionInstance_Check(type) ? Py_NewRef(type)
                                                      : PyObject_CallNoArgs(type));
  if (!exception) return nullptr;
  if (carrier.stage == Carrier::Stage::handing && carrier.yielded == nullptr) {
    // The coroutine has ended, but its task was cancelled before: so asyncio sees it, too.
    end(carrier, true);
  } else if (carrier.stage == Carrier::Stage::handing) {
    if (auto* awaited = cancel_awaited(carrier)) return awaited;
  }
  if (carrier.stage != Carrier::Stage::carried) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
    return nullptr;
  }
  PyObject* result = nullptr;
  const auto status = step(carrier, nullptr, exception.get(), &result);
  return as_method_result(pass_on(carrier, status, &result), result);
}

PyObject* carrier_close(PyObject* self, PyObject*) {
  auto& carrier = as_carrier(self);
  if (carrier.coroutine == nullptr) Py_RETURN_NONE;
  const auto coroutine = Ref::share(carrier.coroutine);
  return PyObject_CallMethod(coroutine.get(), "close", nullptr);
}

/// `cr_frame`, `cr_code`, `__qualname__` and the like are those of the handler's coroutine, so that
/// a task's repr and stack show the user's code.
PyObject* carrier_getattr(PyObject* self, PyObject* name) {
  PyObject* found = PyObject_GenericGetAttr(self, name);
  auto* coroutine = as_carrier(self).coroutine;
  if (found != nullptr || coroutine == nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) {
    return found;
  }
  PyErr_Clear();
  return PyObject_GetAttr(coroutine, name);
}

PyObject* carrier_await(PyObject* self) {
  return Py_NewRef(self);
}
PyObject* carrier_next(PyObject* self) {
  return carrier_send_method(self, Py_None);
}

std::array<PyMethodDef, 4> carrier_methods{{
    {"send", carrier_send_method, METH_O, nullptr},
    {"throw", carrier_throw, METH_VARARGS, nullptr},
    {"close", carrier_close, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyMemberDef, 2> carrier_members{{
    {"touched", T_BOOL, offsetof(Carrier, touched), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
}};
std::array<PyType_Slot, 11> carrier_slots{{{Py_tp_dealloc, slot(carrier_dealloc)},
                                           {Py_tp_traverse, slot(carrier_traverse)},
                                           {Py_tp_clear, slot(carrier_clear)},
                                           {Py_tp_methods, carrier_methods.data()},
                                           {Py_tp_members, carrier_members.data()},
                                           {Py_tp_getattro, slot(carrier_getattr)},
                                           {Py_tp_iter, slot(carrier_await)},
                                           {Py_tp_iternext, slot(carrier_next)},
                                           {Py_am_await, slot(carrier_await)},
                                           {Py_am_send, slot(carrier_send)},
                                           {0, nullptr}}};
PyType_Spec carrier_spec{
    "kameo_runtime._core.Carrier", sizeof(Carrier), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    carrier_slots.data()};

}  // namespace

PyObject* new_carrier(Worker& worker, TaskStarter& starter, PyObject* loop) {
  Ref made(carrier_type->tp_alloc(carrier_type, 0));
  if (!made) return nullptr;
  auto& carrier = as_carrier(made.get());
  carrier.gate = new_gate(loop);
  if (carrier.gate == nullptr) return nullptr;
  carrier.worker = &worker;
  carrier.starter = &starter;
  carrier.stage = Carrier::Stage::opening;
  return made.release();
}

PySendResult step(Carrier& carrier, PyObject* argument, PyObject* exception, PyObject** yielded) {
  const auto coroutine = Ref::share(carrier.coroutine);
  const auto context = Ref::share(carrier.context);
  *yielded = nullptr;
  if (PyContext_Enter(context.get()) < 0) {
    carrier.raised = take_raised();
    return PYGEN_ERROR;
  }
  PySendResult status = PYGEN_ERROR;
  if (exception == nullptr) {
    status = PyIter_Send(coroutine.get(), argument, yielded);
  } else {
    *yielded = PyObject_CallMethod(coroutine.get(), "throw", "O", exception);
    if (*yielded != nullptr) {
      status = PYGEN_NEXT;
    } else if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
      const Ref stop(take_raised());
      *yielded = PyObject_GetAttrString(stop.get(), "value");
      status = *yielded != nullptr ? PYGEN_RETURN : PYGEN_ERROR;
    }
  }
  if (status == PYGEN_ERROR) {
    carrier.raised = take_raised();
  } else if (status == PYGEN_RETURN) {
    carrier.result = std::exchange(*yielded, nullptr);
  }
  // Fails only where the user's code has left another context entered; then that one stays.
  if (PyContext_Exit(context.get()) < 0) PyErr_Clear();
  return status;
}

void report(Carrier& carrier, bool cancelled) {
  const auto job = carrier.job;
  carrier.starter->forget(carrier);
  if (cancelled) {
    carrier.worker->cancelled_job(job);
  } else if (carrier.raised != nullptr) {
    carrier.worker->fail_job(job, Ref(std::exchange(carrier.raised, nullptr)));
  } else {
    const Ref result(std::exchange(carrier.result, nullptr));
    carrier.worker->end_job(job, result.get());
  }
  clear_job(carrier);
}

void clear_job(Carrier& carrier) {
  Py_CLEAR(carrier.coroutine);
  Py_CLEAR(carrier.context);
  Py_CLEAR(carrier.yielded);
  Py_CLEAR(carrier.result);
  Py_CLEAR(carrier.raised);
  carrier.job = {};
}

bool add_carrier_type(PyObject* module) {
  carrier_type =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &carrier_spec, nullptr));
  return carrier_type != nullptr;
}

}  // namespace kameo::python

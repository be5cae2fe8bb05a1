#include "call.hpp"

#include "call_object.hpp"
#include "converted.hpp"
#include "module.hpp"
#include "stream.hpp"
#include "worker.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace kameo::python {
namespace {

PyTypeObject* call_type = nullptr;

void raise_from_asyncio(const char* name, const char* message) {
  const Ref exceptions(PyImport_ImportModule("asyncio.exceptions"));
  const Ref type(exceptions ? PyObject_GetAttrString(exceptions.get(), name) : nullptr);
  if (!type) return;
  if (message == nullptr) {
    PyErr_SetNone(type.get());
  } else {
    PyErr_SetString(type.get(), message);
  }
}

bool schedule(Call& call, PyObject* callback, PyObject* context) {
  auto* loop = loop_of(call);
  if (loop == nullptr) return false;
  const Ref call_soon(PyObject_GetAttrString(
      loop, call.worker->on_serving_thread() ? "call_soon" : "call_soon_threadsafe"));
  const Ref args(PyTuple_Pack(2, callback, reinterpret_cast<PyObject*>(&call)));
  const Ref kwargs(PyDict_New());
  if (!call_soon || !args || !kwargs) return false;
  if (context != Py_None && PyDict_SetItemString(kwargs.get(), "context", context) < 0) {
    return false;
  }
  return static_cast<bool>(Ref(PyObject_Call(call_soon.get(), args.get(), kwargs.get())));
}

/// It is done: wakes whoever waits.
bool finish(Call& call) {
  call.done = true;
  call.worker->wake_threads();
  const Ref callbacks(std::exchange(call.callbacks, nullptr));
  const Ref itself(callbacks ? reinterpret_cast<PyObject*>(&call) : nullptr);
  for (Py_ssize_t i = 0; callbacks && i < PyList_GET_SIZE(callbacks.get()); ++i) {
    auto* pair = PyList_GET_ITEM(callbacks.get(), i);
    if (!schedule(call, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1))) return false;
  }
  return true;
}

// Methods ----------------------------------------------------------------------------------------

bool wait_for(Call& call, PyObject* timeout) {
  double seconds = -1;
  if (timeout != Py_None) {
    seconds = PyFloat_AsDouble(timeout);
    if (seconds == -1.0 && PyErr_Occurred()) return false;
    seconds = std::max(seconds, 0.0);
  }
  std::optional<wire::TimePoint> deadline;
  if (seconds >= 0) {
    deadline = std::chrono::steady_clock::now() +
               std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                   std::chrono::duration<double>(std::min(seconds, 1e9)));
  }
  return call.worker->wait_until(call.done, deadline, call.id);
}

PyObject* call_result(PyObject* self, PyObject* args, PyObject* kwargs) {
  static std::array<char*, 2> names{const_cast<char*>("timeout"), nullptr};
  PyObject* timeout = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O", names.data(), &timeout)) return nullptr;
  auto& call = as_call(self);
  if (call.done) return outcome(call);
  const int in_coroutine = call.worker->in_coroutine();
  if (in_coroutine < 0) return nullptr;
  if (in_coroutine == 1) {
    PyErr_Format(PyExc_RuntimeError,
                 ".result() in a coroutine would block its event loop; "
                 "write `await kameo.%s(...)`",
                 call.route->info.name.c_str());
    return nullptr;
  }
  if (!wait_for(call, timeout)) return nullptr;
  if (call.done) return outcome(call);
  if (timeout == Py_None) {
    raise_error(Error(errc::session_closed, "the connection to the parent has ended"));
    return nullptr;
  }
  Ref(cancel_call(call)).reset();
  const Ref seconds(PyObject_Str(timeout));
  raise_error(fail(errc::deadline_exceeded, "no answer to ", call.route->info.name, " within ",
                   seconds ? utf8(seconds.get()) : "the given", " s"));
  return nullptr;
}

PyObject* call_deadline(PyObject* self, PyObject* seconds) {
  const auto length = seconds_from(seconds);
  if (!length) return nullptr;
  auto& call = as_call(self);
  call.worker->set_deadline(call.id, *length);
  return Py_NewRef(self);
}

PyObject* call_cancel(PyObject* self, PyObject*, PyObject*) {
  return cancel_call(as_call(self));
}

PyObject* call_done(PyObject* self, PyObject*) {
  return PyBool_FromLong(as_call(self).done);
}
PyObject* call_cancelled(PyObject* self, PyObject*) {
  return PyBool_FromLong(as_call(self).cancelled);
}
PyObject* call_get_loop(PyObject* self, PyObject*) {
  return Py_XNewRef(loop_of(as_call(self)));
}

PyObject* call_exception(PyObject* self, PyObject*) {
  auto& call = as_call(self);
  if (!call.done) {
    raise_from_asyncio("InvalidStateError", "the call has no answer yet");
    return nullptr;
  }
  if (call.cancelled) return outcome(call);
  return Py_NewRef(call.exception == nullptr ? Py_None : call.exception);
}

PyObject* call_add_done_callback(PyObject* self, PyObject* args, PyObject* kwargs) {
  static std::array<char*, 3> names{const_cast<char*>("fn"), const_cast<char*>("context"), nullptr};
  PyObject* callback = nullptr;
  PyObject* context = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$O", names.data(), &callback, &context)) {
    return nullptr;
  }
  auto& call = as_call(self);
  const auto chosen = context == Py_None ? Ref(PyContext_CopyCurrent()) : Ref::share(context);
  if (!chosen || loop_of(call) == nullptr) return nullptr;
  if (call.done) {
    if (!schedule(call, callback, chosen.get())) return nullptr;
    Py_RETURN_NONE;
  }
  const Ref pair(PyTuple_Pack(2, callback, chosen.get()));
  if (!pair) return nullptr;
  if (call.callbacks == nullptr) {
    call.callbacks = PyList_New(0);
    if (call.callbacks == nullptr) return nullptr;
    Py_INCREF(self);
  }
  if (PyList_Append(call.callbacks, pair.get()) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject* call_remove_done_callback(PyObject* self, PyObject* callback) {
  auto& call = as_call(self);
  const Ref kept(PyList_New(0));
  if (!kept) return nullptr;
  Py_ssize_t removed = 0;
  for (Py_ssize_t i = 0; call.callbacks != nullptr && i < PyList_GET_SIZE(call.callbacks); ++i) {
    const auto pair = Ref::share(PyList_GET_ITEM(call.callbacks, i));
    const int equal = PyObject_RichCompareBool(PyTuple_GET_ITEM(pair.get(), 0), callback, Py_EQ);
    if (equal < 0) return nullptr;
    removed += equal;
    if (equal == 0 && PyList_Append(kept.get(), pair.get()) < 0) return nullptr;
  }
  if (removed == 0) return PyLong_FromSsize_t(0);
  if (PyList_GET_SIZE(kept.get()) > 0) {
    Py_SETREF(call.callbacks, Ref(kept).release());
  } else if (call.callbacks != nullptr) {  // comparing may have run anything
    Py_CLEAR(call.callbacks);
    Py_DECREF(self);
  }
  return PyLong_FromSsize_t(removed);
}

PyObject* call_await(PyObject* self) {
  return new_call_iterator(self);
}

PyObject* call_repr(PyObject* self) {
  const auto& call = as_call(self);
  return PyUnicode_FromFormat("<kameo call %s, %s>", call.route->info.name.c_str(),
                              !call.done                  ? "waiting"
                              : call.cancelled            ? "cancelled"
                              : call.exception != nullptr ? "failed"
                                                          : "answered");
}

int call_traverse(PyObject* self, visitproc visit, void* arg) {
  const auto& call = as_call(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(call.value);
  Py_VISIT(call.exception);
  Py_VISIT(call.callbacks);
  return 0;
}
int call_clear(PyObject* self) {
  auto& call = as_call(self);
  Py_CLEAR(call.value);
  Py_CLEAR(call.exception);
  Py_CLEAR(call.callbacks);
  return 0;
}
void call_dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  auto& call = as_call(self);
  {
    const RaisedAside aside;  // an exception may be what lets go of the call
    // Nobody can take the answer any more: the parent need not make one.
    if (!call.done && Worker::current() == call.worker) call.worker->cancel_call(call.id);
    call_clear(self);
  }
  type->tp_free(self);
  Py_DECREF(type);
}

std::array<PyMethodDef, 10> call_methods{{
    {"result", method(call_result), METH_VARARGS | METH_KEYWORDS,
     "result(timeout=None): waits for the answer and gives it, or raises what became of it."},
    {"deadline", call_deadline, METH_O,
     "deadline(seconds): ends with DeadlineExceeded so long from now. Gives the call itself."},
    {"done", call_done, METH_NOARGS, nullptr},
    {"cancel", method(call_cancel), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"cancelled", call_cancelled, METH_NOARGS, nullptr},
    {"exception", call_exception, METH_NOARGS, nullptr},
    {"get_loop", call_get_loop, METH_NOARGS, nullptr},
    {"add_done_callback", method(call_add_done_callback), METH_VARARGS | METH_KEYWORDS, nullptr},
    {"remove_done_callback", call_remove_done_callback, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyMemberDef, 2> call_members{{
    {"_asyncio_future_blocking", T_BOOL, offsetof(Call, blocking), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
}};
std::array<PyType_Slot, 9> call_slots{
    {{Py_tp_dealloc, slot(call_dealloc)},
     {Py_tp_traverse, slot(call_traverse)},
     {Py_tp_clear, slot(call_clear)},
     {Py_tp_methods, call_methods.data()},
     {Py_tp_members, call_members.data()},
     {Py_tp_repr, slot(call_repr)},
     {Py_am_await, slot(call_await)},
     {Py_tp_doc, const_cast<char*>("A callback on its way: await it, or take its .result().")},
     {0, nullptr}}};
PyType_Spec call_spec{"kameo_runtime._core.Call", sizeof(Call), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                      call_slots.data()};

}  // namespace

PyObject* outcome(Call& call) {
  if (call.cancelled) {
    raise_from_asyncio("CancelledError", nullptr);
    return nullptr;
  }
  if (call.exception != nullptr) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(call.exception)), call.exception);
    return nullptr;
  }
  return Py_NewRef(call.value);
}

PyObject* loop_of(Call& call) {
  auto* loop = call.worker->loop();
  if (loop == nullptr) {
    PyErr_SetString(PyExc_RuntimeError,
                    "this actor has no async handlers, so no event loop runs; "
                    "use the call's .result()");
  }
  return loop;
}

PyObject* cancel_call(Call& call) {
  if (call.done) Py_RETURN_FALSE;
  call.cancelled = true;
  call.worker->cancel_call(call.id);
  if (!finish(call)) return nullptr;
  Py_RETURN_TRUE;
}

PyObject* new_call(Worker& worker, const RouteEntry& route, wire::CorrelationId id) {
  const Ref made(call_type->tp_alloc(call_type, 0));
  if (!made) return nullptr;
  auto& call = as_call(made.get());
  call.worker = &worker;
  call.route = &route;
  call.id = id;
  return Ref(made).release();
}

PyObject* new_done_call(Worker& worker, const RouteEntry& route) {
  auto* made = new_call(worker, route, 0);
  if (made == nullptr) return nullptr;
  as_call(made).value = Py_NewRef(Py_None);
  as_call(made).done = true;
  return made;
}

bool complete_call(PyObject* object, ByteView payload, const CodecLimits& limits) {
  auto& call = as_call(object);
  Ref value =
      call.route->output == nullptr
          ? Ref::share(Py_None)
          : decode_converted(*call.route->output, call.route->output_conversion(), payload, limits);
  if (value) {
    call.value = value.release();
  } else {
    const Ref why(take_raised());
    const auto text = describe(why.get(), errc::bad_reply);
    raise_error(fail(errc::bad_reply, call.route->info.name, ": ", text.message));
    call.exception = take_raised();
  }
  return finish(call);
}

namespace {

/// One of the errors that the IDL declares for the callback: an instance of its generated class, or
/// a CallbackError with its name and fields. Empty without an exception where it is none of them.
Ref declared_exception(const RouteEntry& route, const ErrorData& error, const CodecLimits& limits) {
  for (const auto* node : route.errors) {
    if (error.code != errc::declared || node->shape->name != error.declared) continue;
    const auto value = decode(*node, error.payload, limits);
    if (!value) {
      PyErr_Clear();  // told as the plain error that it is, too
      return {};
    }
    if (PyExceptionInstance_Check(value.get())) {
      fill_error(value.get(), error);
      return value;
    }
    raise_error(Error(error));
    Ref exception(take_raised());
    const auto name = to_str(error.declared);
    if (!name || PyObject_SetAttrString(exception.get(), "declared", name.get()) < 0 ||
        PyObject_SetAttrString(exception.get(), "value", value.get()) < 0) {
      PyErr_Clear();
    }
    return exception;
  }
  return {};
}

}  // namespace

bool fail_call(PyObject* object, const Error& told, const CodecLimits& limits) {
  const auto& route = is_stream(object) ? *as_stream(object).route : *as_call(object).route;
  const auto error = route.conversion ? route.conversion->convert(told) : told;
  auto exception = declared_exception(route, error.data(), limits);
  if (!exception) {
    raise_error(error);
    exception = Ref(take_raised());
  }
  return fail_call(object, std::move(exception));
}

bool fail_call(PyObject* object, Ref exception) {
  if (is_stream(object)) return stream_ended(object, std::move(exception));
  auto& call = as_call(object);
  call.exception = exception.release();
  return finish(call);
}

PyObject* call_function(PyObject*, PyObject* args) {
  const char* name = nullptr;
  PyObject* request = Py_None;
  PyObject* input = Py_None;
  if (!PyArg_ParseTuple(args, "s|OO", &name, &request, &input)) return nullptr;
  auto* worker = Worker::current();
  if (worker == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "callbacks can only be called inside a kameo worker");
    return nullptr;
  }
  return guarded([&] { return worker->call(name, request, input == Py_None ? nullptr : input); },
                 static_cast<PyObject*>(nullptr));
}

PyObject* tell_function(PyObject*, PyObject* args) {
  const char* name = nullptr;
  PyObject* request = Py_None;
  if (!PyArg_ParseTuple(args, "s|O", &name, &request)) return nullptr;
  auto* worker = Worker::current();
  if (worker == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "callbacks can only be called inside a kameo worker");
    return nullptr;
  }
  if (!guarded([&] { return worker->tell(name, request); }, false)) return nullptr;
  Py_RETURN_NONE;
}

bool add_call_type(PyObject* module) {
  call_type =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &call_spec, nullptr));
  return call_type != nullptr &&
         PyModule_AddObjectRef(module, "Call", reinterpret_cast<PyObject*>(call_type)) == 0;
}

}  // namespace kameo::python

#include "stream_next.hpp"

#include "awaitable.hpp"
#include "module.hpp"
#include "stream.hpp"
#include "worker.hpp"

/// What a task steps while it awaits the next item. An item that is there costs no future.
namespace kameo::python {
namespace {

struct StreamNext {
  PyObject ob_base;
  PyObject* stream;
  PyObject* loop;    ///< the loop that it is a turn of, if any: dropped, that leaves the stream
  PyObject* value;   ///< instead of a stream: it is done
  PyObject* future;  ///< that of the stream, while there is no item
  PyObject* steps;   ///< what awaits the future
  wire::TimePoint until;  ///< of `begin_wait`, while there is a future
};

PyTypeObject* next_type = nullptr;

StreamNext& as_next(PyObject* object) noexcept {
  return *reinterpret_cast<StreamNext*>(object);
}

/// Begins to wait. False with an exception set.
bool begin(StreamNext& next) {
  auto& stream = as_stream(next.stream);
  auto* loop = stream.worker->loop_to_await(*stream.route);
  if (loop == nullptr) return false;
  if (stream.waiter != nullptr) {
    PyErr_Format(PyExc_RuntimeError, "another task awaits the next item of %s",
                 stream.route->info.name.c_str());
    return false;
  }
  Ref future(PyObject_CallMethod(loop, "create_future", nullptr));
  Ref steps(future ? PyObject_CallMethod(future.get(), "__await__", nullptr) : nullptr);
  if (!steps) return false;
  next.until = begin_wait(stream);
  stream.waiter = Py_NewRef(future.get());
  Py_INCREF(next.stream);
  next.future = future.release();
  next.steps = steps.release();
  return true;
}

void stop_waiting(StreamNext& next) {
  auto& stream = as_stream(next.stream);
  if (next.future != nullptr) end_wait(stream, next.until);
  if (stream.waiter != nullptr && stream.waiter == next.future) {
    Py_CLEAR(stream.waiter);
    Py_DECREF(next.stream);  // `next` holds it as well
  }
  Py_CLEAR(next.steps);
  Py_CLEAR(next.future);
}

/// The task was cancelled, or ended, while it waited.
PySendResult left(StreamNext& next) {
  const RaisedAside aside;
  stop_waiting(next);
  leave(as_stream(next.stream));
  return PYGEN_ERROR;
}

PySendResult next_send(PyObject* self, PyObject*, PyObject** result) {
  const auto held = Ref::share(self);
  auto& next = as_next(self);
  *result = nullptr;
  if (next.value != nullptr) {
    *result = std::exchange(next.value, nullptr);
    return PYGEN_RETURN;
  }
  if (next.stream == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "the item has been given already");
    return PYGEN_ERROR;
  }
  for (;;) {
    if (next.steps != nullptr) {
      const auto steps = Ref::share(next.steps);
      const auto status = PyIter_Send(steps.get(), Py_None, result);
      if (status == PYGEN_NEXT) return status;
      if (status == PYGEN_ERROR) return left(next);
      Py_CLEAR(*result);
      stop_waiting(next);
    }
    auto& stream = as_stream(next.stream);
    *result = take_item(stream);
    if (*result != nullptr) {
      Py_CLEAR(next.stream);
      return PYGEN_RETURN;
    }
    if (stream.ended) {
      raise_end(stream);
      if (PyErr_Occurred() == nullptr) PyErr_SetNone(PyExc_StopAsyncIteration);
      return PYGEN_ERROR;
    }
    if (!begin(next)) return PYGEN_ERROR;
  }
}

PySendResult next_send_guarded(PyObject* self, PyObject* argument, PyObject** result) {
  return guarded([&] { return next_send(self, argument, result); }, PYGEN_ERROR);
}
PyObject* next_throw(PyObject* self, PyObject* args) {
  const auto held = Ref::share(self);
  auto& next = as_next(self);
  if (next.steps == nullptr) {
    if (next.stream != nullptr) leave(as_stream(next.stream));
    return raise_thrown(args);
  }
  const Ref method(PyObject_GetAttrString(next.steps, "throw"));
  auto* yielded = method ? PyObject_CallObject(method.get(), args) : nullptr;
  if (yielded != nullptr) return yielded;
  left(next);
  return nullptr;
}

PyObject* next_close(PyObject* self, PyObject*) {
  auto& next = as_next(self);
  if (next.steps != nullptr) left(next);
  Py_RETURN_NONE;
}

int next_traverse(PyObject* self, visitproc visit, void* arg) {
  const auto& next = as_next(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(next.stream);
  Py_VISIT(next.loop);
  Py_VISIT(next.value);
  Py_VISIT(next.future);
  Py_VISIT(next.steps);
  return 0;
}
int next_clear(PyObject* self) {
  auto& next = as_next(self);
  if (next.stream != nullptr) stop_waiting(next);
  Py_CLEAR(next.stream);
  Py_CLEAR(next.loop);
  Py_CLEAR(next.value);
  return 0;
}
}  // namespace

PyObject* new_stream_next(PyObject* stream) {
  auto* made = next_type->tp_alloc(next_type, 0);
  if (made != nullptr) as_next(made).stream = Py_NewRef(stream);
  return made;
}

PyObject* new_loop_next(PyObject* stream, PyObject* loop) {
  auto* made = new_stream_next(stream);
  if (made != nullptr) as_next(made).loop = Py_NewRef(loop);
  return made;
}

PyObject* new_done_awaitable(PyObject* value) {
  auto* made = next_type->tp_alloc(next_type, 0);
  if (made != nullptr) as_next(made).value = Py_NewRef(value);
  return made;
}

bool add_stream_next_type(PyObject* module) {
  AwaitableParts parts;
  parts.name = "kameo_runtime._core.StreamNext";
  parts.size = sizeof(StreamNext);
  parts.methods = awaitable_methods<next_throw, next_close>();
  parts.send = next_send_guarded;
  parts.traverse = next_traverse;
  parts.clear = next_clear;
  next_type = make_awaitable_type(module, parts);
  return next_type != nullptr;
}

}  // namespace kameo::python

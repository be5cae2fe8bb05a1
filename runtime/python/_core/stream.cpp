#include "stream.hpp"

#include "converted.hpp"
#include "module.hpp"
#include "stream_loop.hpp"
#include "stream_next.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>

#include <array>

namespace kameo::python {
namespace {

PyTypeObject* stream_type = nullptr;

Ref exception_of(const Error& error) {
  raise_error(error);
  return Ref(take_raised());
}

/// Lets go of what nobody will read. What the items' classes do then must not meet us half way.
void drop_parked(Stream& stream) {
  std::deque<ParkedItem> dropped;
  dropped.swap(*stream.parked);
  for (auto& parked : dropped) Py_DECREF(parked.item);
}

/// Wakes whoever waits. False with an exception set.
bool wake(Stream& stream) {
  stream.signal = true;
  stream.worker->wake_threads();
  const Ref waiter(std::exchange(stream.waiter, nullptr));
  const Ref itself(waiter ? reinterpret_cast<PyObject*>(&stream) : nullptr);
  return !waiter || stream.worker->wake(waiter.get());
}

// Stream -----------------------------------------------------------------------------------------

PyObject* stream_next(PyObject* self) {
  return guarded([&] { return next_blocking(self); }, static_cast<PyObject*>(nullptr));
}

PyObject* stream_iter(PyObject* self) {
  const auto& stream = as_stream(self);
  const int in_coroutine = stream.worker->in_coroutine();
  if (in_coroutine < 0) return nullptr;
  if (in_coroutine == 1) {
    PyErr_Format(PyExc_RuntimeError,
                 "`for` over %s in a coroutine would block its event loop; write `async for`",
                 stream.route->info.name.c_str());
    return nullptr;
  }
  return new_stream_loop(self);
}
PyObject* stream_aiter(PyObject* self) {
  if (as_stream(self).worker->loop_to_await(*as_stream(self).route) == nullptr) return nullptr;
  return new_stream_loop(self);
}

PyObject* stream_cancel(PyObject* self, PyObject*) {
  auto& stream = as_stream(self);
  const bool open = !stream.ended;
  leave(stream, true);
  return PyBool_FromLong(open);
}

PyObject* stream_deadline(PyObject* self, PyObject* args, PyObject* kwargs) {
  static std::array<char*, 3> names{const_cast<char*>("total"), const_cast<char*>("idle"), nullptr};
  PyObject* total = Py_None;
  PyObject* idle = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OO", names.data(), &total, &idle)) {
    return nullptr;
  }
  auto& stream = as_stream(self);
  if (total != Py_None) {
    const auto length = seconds_from(total);
    if (!length) return nullptr;
    if (stream.is_input) {
      PyErr_SetString(PyExc_ValueError, "an input ends with its handler; it has an idle deadline");
      return nullptr;
    }
    stream.worker->set_deadline(stream.id, *length);
  }
  if (idle != Py_None) {
    const auto length = seconds_from(idle);
    if (!length) return nullptr;
    stream.idle = *length;
  }
  return Py_NewRef(self);
}

PyObject* stream_enter(PyObject* self, PyObject*) {
  return Py_NewRef(self);
}
PyObject* stream_exit(PyObject* self, PyObject*) {
  leave(as_stream(self));
  Py_RETURN_FALSE;
}
PyObject* stream_aenter(PyObject* self, PyObject*) {
  return new_done_awaitable(self);
}
PyObject* stream_aexit(PyObject* self, PyObject*) {
  leave(as_stream(self));
  return new_done_awaitable(Py_False);
}

PyObject* stream_repr(PyObject* self) {
  const auto& stream = as_stream(self);
  return PyUnicode_FromFormat("<kameo stream %s%s, %s, %zd items parked>",
                              stream.is_input ? "into " : "", stream.route->info.name.c_str(),
                              stream.ended ? "ended" : "open",
                              static_cast<Py_ssize_t>(stream.parked->size()));
}

int stream_traverse(PyObject* self, visitproc visit, void* arg) {
  const auto& stream = as_stream(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(stream.failure);
  Py_VISIT(stream.waiter);
  if (stream.parked != nullptr) {
    for (const auto& parked : *stream.parked) Py_VISIT(parked.item);
  }
  return 0;
}
int stream_clear(PyObject* self) {
  auto& stream = as_stream(self);
  Py_CLEAR(stream.failure);
  Py_CLEAR(stream.waiter);
  if (stream.parked != nullptr) drop_parked(stream);
  return 0;
}
void stream_dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  auto& stream = as_stream(self);
  {
    const RaisedAside aside;
    if (stream.parked != nullptr) leave(stream);
  }
  stream_clear(self);
  delete stream.parked;
  type->tp_free(self);
  Py_DECREF(type);
}

std::array<PyMethodDef, 7> stream_methods{{
    {"cancel", stream_cancel, METH_NOARGS,
     "cancel(): the sender stops, and the iterator has ended. Whether it was still open."},
    {"deadline", method(stream_deadline), METH_VARARGS | METH_KEYWORDS,
     "deadline(total=None, idle=None): ends the stream with DeadlineExceeded so many seconds from\n"
     "now, or when one wait for an item takes longer than `idle`. Gives the stream itself."},
    {"__enter__", stream_enter, METH_NOARGS, nullptr},
    {"__exit__", stream_exit, METH_VARARGS, nullptr},
    {"__aenter__", stream_aenter, METH_NOARGS, nullptr},
    {"__aexit__", stream_aexit, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyType_Slot, 11> stream_slots{
    {{Py_tp_dealloc, slot(stream_dealloc)},
     {Py_tp_traverse, slot(stream_traverse)},
     {Py_tp_clear, slot(stream_clear)},
     {Py_tp_methods, stream_methods.data()},
     {Py_tp_repr, slot(stream_repr)},
     {Py_tp_iter, slot(stream_iter)},
     {Py_tp_iternext, slot(stream_next)},
     {Py_am_aiter, slot(stream_aiter)},
     {Py_am_anext, slot(new_stream_next)},
     {Py_tp_doc,
      const_cast<char*>("A stream on its way: iterate over it by `async for` or, in sync "
                        "code, by `for`. Leaving the loop cancels it.")},
     {0, nullptr}}};
PyType_Spec stream_spec{"kameo_runtime._core.Stream", sizeof(Stream), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                        stream_slots.data()};

PyObject* new_stream(Worker& worker, const RouteEntry& route, wire::CorrelationId id,
                     wire::StreamWindow window, bool is_input) {
  Ref made(stream_type->tp_alloc(stream_type, 0));
  if (!made) return nullptr;
  auto& stream = as_stream(made.get());
  stream.worker = &worker;
  stream.route = &route;
  stream.id = id;
  stream.window = window;
  stream.is_input = is_input;
  stream.parked = new std::deque<ParkedItem>;
  return made.release();
}

}  // namespace

bool is_stream(PyObject* object) noexcept {
  return Py_TYPE(object) == stream_type;
}

PyObject* new_answer_stream(Worker& worker, const RouteEntry& route, wire::CorrelationId id,
                            wire::StreamWindow window) {
  return new_stream(worker, route, id, window, false);
}
PyObject* new_input_stream(Worker& worker, const RouteEntry& route, wire::CorrelationId id) {
  return new_stream(worker, route, id, worker.window(), true);
}

bool stream_item(PyObject* object, ByteView payload, const CodecLimits& limits) {
  auto& stream = as_stream(object);
  if (stream.ended) return true;  // its reader has gone
  const auto& route = *stream.route;
  auto item = stream.is_input
                  ? decode_converted(*route.input, route.input_conversion(), payload, limits)
                  : decode_converted(*route.output, route.output_conversion(), payload, limits);
  if (stream.ended) return true;  // or went while the item was read
  if (!item) {
    const Ref why(take_raised());
    const auto code = stream.is_input ? errc::bad_request : errc::bad_reply;
    const auto text = describe(why.get(), code);
    if (!stream.is_input) stream.worker->cancel_call(stream.id);
    return stream_ended(object, fail(code, route.info.name, ": an item: ", text.message));
  }
  stream.parked->push_back({item.release(), payload.size()});
  return wake(stream);
}

bool stream_ended(PyObject* object, Ref failure) {
  auto& stream = as_stream(object);
  if (stream.ended) return true;
  stream.ended = true;
  stream.failure = failure.release();
  return wake(stream);
}
bool stream_ended(PyObject* object, const Error& error) {
  return as_stream(object).ended || stream_ended(object, exception_of(error));
}

bool stream_idled(PyObject* object) {
  const auto held = Ref::share(object);
  auto& stream = as_stream(object);
  if (stream.ended) return true;
  const auto after = std::chrono::ceil<std::chrono::milliseconds>(stream.idle);
  const auto& name = stream.route->info.name;
  if (stream.is_input) {
    stream.worker->forget_input(stream.id);
  } else {
    stream.worker->cancel_call(stream.id);
  }
  return stream_ended(object, fail(errc::deadline_exceeded, stream.is_input ? "input of " : "",
                                   name, ": no item for ", after.count(), " ms"));
}

wire::TimePoint begin_wait(Stream& stream) {
  if (stream.idle.count() <= 0) return {};
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(stream.idle);
  stream.worker->watch_idle(reinterpret_cast<PyObject*>(&stream), until);
  return until;
}

void end_wait(Stream& stream, wire::TimePoint until) noexcept {
  if (until == wire::TimePoint{}) return;
  stream.worker->unwatch_idle(reinterpret_cast<PyObject*>(&stream), until);
}

PyObject* take_item(Stream& stream) {
  if (stream.parked->empty()) return nullptr;
  const auto parked = stream.parked->front();
  stream.parked->pop_front();
  if (stream.ended) return parked.item;
  ++stream.taken.items;
  stream.taken.bytes += parked.bytes;
  // Half a window at a time: few frames, and the sender still need not stop.
  if (stream.taken.items * 2 >= stream.window.items ||
      stream.taken.bytes * 2 >= stream.window.bytes) {
    const auto more = std::exchange(stream.taken, {});
    stream.worker->grant(stream.id, stream.is_input, more);
  }
  return parked.item;
}

void raise_end(Stream& stream) {
  if (stream.failure == nullptr) return;
  auto* failure = std::exchange(stream.failure, nullptr);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(failure)), failure);
  Py_DECREF(failure);
}

void leave(Stream& stream, bool told) {
  if (Worker::current() != stream.worker) return;  // the interpreter comes to its end
  const bool was_open = !std::exchange(stream.ended, true);
  if (was_open) {
    if (stream.is_input) {
      stream.worker->forget_input(stream.id);
    } else {
      stream.worker->cancel_call(stream.id);
    }
  }
  Py_CLEAR(stream.failure);
  if (was_open && told && (stream.waiter != nullptr || stream.worker->has_thread_waits())) {
    // Somebody else is in the middle of it, and must not take this for the sender's end.
    stream.failure =
        exception_of(fail(errc::cancelled, stream.route->info.name, ": the stream was cancelled"))
            .release();
  }
  drop_parked(stream);
  if (!wake(stream)) PyErr_WriteUnraisable(nullptr);
}

PyObject* next_blocking(PyObject* self) {
  const auto held = Ref::share(self);
  auto& stream = as_stream(self);
  for (;;) {
    if (auto* item = take_item(stream)) return item;
    if (stream.ended) {
      raise_end(stream);
      return nullptr;
    }
    const int in_coroutine = stream.worker->in_coroutine();
    if (in_coroutine < 0) return nullptr;
    if (in_coroutine == 1) {
      PyErr_Format(
          PyExc_RuntimeError,
          "next() of %s in a coroutine would block its event loop; write `await anext(...)`",
          stream.route->info.name.c_str());
      return nullptr;
    }
    stream.signal = false;
    const auto feeding = stream.is_input ? 0 : stream.id;
    const auto until = begin_wait(stream);
    const bool fine = stream.worker->wait_until(stream.signal, std::nullopt, feeding);
    end_wait(stream, until);
    if (!fine) return nullptr;
    if (!stream.signal && stream.worker->ended() == Worker::Ended::closed) {
      raise_error(Error(errc::session_closed, "the connection to the parent has ended"));
      return nullptr;
    }
  }
}

bool add_stream_types(PyObject* module) {
  stream_type =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &stream_spec, nullptr));
  return stream_type != nullptr && add_stream_loop_type(module) && add_stream_next_type(module) &&
         PyModule_AddObjectRef(module, "Stream", reinterpret_cast<PyObject*>(stream_type)) == 0;
}

}  // namespace kameo::python

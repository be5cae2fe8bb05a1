#include "module.hpp"
#include "schema_type.hpp"
#include "task.hpp"
#include "watchdog.hpp"
#include "worker.hpp"

#include <algorithm>
#include <array>

namespace kameo::python {
namespace {

struct WorkerObject {
  PyObject ob_base;
  Worker* worker;
};

Worker& worker_of(PyObject* self) {
  return *reinterpret_cast<WorkerObject*>(self)->worker;
}

PyObject* none_if(bool done) {
  return done ? Py_NewRef(Py_None) : nullptr;
}
/// None if `body` gives true; null where it gives false or throws.
template <class Body>
PyObject* none_of(Body body) {
  return none_if(guarded(std::move(body), false));
}

PyObject* worker_new(PyTypeObject* type, PyObject* args, PyObject*) {
  int fd = -1;
  if (!PyArg_ParseTuple(args, "i", &fd)) return nullptr;
  if (Worker::current() != nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "this process has a worker already");
    return nullptr;
  }
  const Ref made(type->tp_alloc(type, 0));
  if (!made) return nullptr;
  reinterpret_cast<WorkerObject*>(made.get())->worker = new Worker(fd);
  return Ref(made).release();
}

void worker_dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  delete reinterpret_cast<WorkerObject*>(self)->worker;
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* start_watchdog_method(PyObject*, PyObject* args) {
  int fd = -1;
  int grace_ms = 0;
  if (!PyArg_ParseTuple(args, "ii", &fd, &grace_ms)) return nullptr;
  return PyBool_FromLong(start_watchdog(fd, std::chrono::milliseconds(grace_ms)));
}

PyObject* hello(PyObject* self, PyObject* args) {
  const char* language = nullptr;
  const char* runtime = nullptr;
  if (!PyArg_ParseTuple(args, "ss", &language, &runtime)) return nullptr;
  return none_of([&] { return worker_of(self).hello(language, runtime); });
}

Ref to_list(const std::vector<std::string>& texts) {
  Ref list(PyList_New(0));
  for (const auto& text : texts) {
    const auto item = to_str(text);
    if (!list || !item || PyList_Append(list.get(), item.get()) < 0) return {};
  }
  return list;
}

Ref routes_of(const Worker& worker) {
  Ref list(PyList_New(0));
  for (const auto& route : worker.welcome().routes) {
    const Ref item(Py_BuildValue("(iOsKO)", static_cast<int>(route.number),
                                 route.to_parent != 0 ? Py_True : Py_False, route.name.c_str(),
                                 static_cast<unsigned long long>(route.fingerprint),
                                 worker.streams(route.name) ? Py_True : Py_False));
    if (!list || !item || PyList_Append(list.get(), item.get()) < 0) return {};
  }
  return list;
}

PyObject* receive_welcome(PyObject* self, PyObject*) {
  return guarded(
      [&]() -> PyObject* {
        auto& worker = worker_of(self);
        if (!worker.receive_welcome()) {
          return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
        }
        const auto& welcome = worker.welcome();
        const auto path = to_list(welcome.path);
        const auto routes = routes_of(worker);
        const auto types = types_of(worker.plans()->package());
        if (!path || !routes || !types) return nullptr;
        return Py_BuildValue("{ss sK ss sI ss ss sO sO sO}", "actor", welcome.actor.c_str(),
                             "config_fingerprint",
                             static_cast<unsigned long long>(worker.config_fingerprint()), "name",
                             welcome.name.c_str(), "incarnation", welcome.incarnation, "log_level",
                             welcome.log_level.c_str(), "handler", welcome.handler.c_str(), "path",
                             path.get(), "routes", routes.get(), "types", types.get());
      },
      static_cast<PyObject*>(nullptr));
}

PyObject* bind(PyObject* self, PyObject* types) {
  if (!PyDict_Check(types)) {
    PyErr_SetString(PyExc_TypeError, "bind() takes a dict");
    return nullptr;
  }
  return none_of([&] { return worker_of(self).bind(Ref::share(types)); });
}

PyObject* config(PyObject* self, PyObject*) {
  return guarded([&] { return worker_of(self).config().release(); },
                 static_cast<PyObject*>(nullptr));
}

PyObject* set_handler(PyObject* self, PyObject* args) {
  unsigned short number = 0;
  PyObject* handler = nullptr;
  const char* where = nullptr;
  if (!PyArg_ParseTuple(args, "HOs", &number, &handler, &where)) return nullptr;
  return none_of([&] { return worker_of(self).set_handler(number, handler, where); });
}

PyObject* refuse_route(PyObject* self, PyObject* args) {
  unsigned short number = 0;
  const char* why = nullptr;
  if (!PyArg_ParseTuple(args, "Hs", &number, &why)) return nullptr;
  return none_of([&] { return worker_of(self).refuse_route(number, why); });
}

/// None where it is done, else why not.
PyObject* verdict(const std::optional<std::string>& why) {
  if (!why) return nullptr;
  return why->empty() ? Py_NewRef(Py_None) : to_str(*why).release();
}

PyObject* translate(PyObject* self, PyObject* args) {
  unsigned short number = 0;
  PyObject* schema = nullptr;
  if (!PyArg_ParseTuple(args, "HO", &number, &schema)) return nullptr;
  return guarded([&] { return verdict(worker_of(self).translate(number, schema)); },
                 static_cast<PyObject*>(nullptr));
}
PyObject* translate_config(PyObject* self, PyObject* schema) {
  return guarded([&] { return verdict(worker_of(self).translate_config(schema)); },
                 static_cast<PyObject*>(nullptr));
}

PyObject* ready(PyObject* self, PyObject*) {
  return none_of([&] { return worker_of(self).ready(); });
}

PyObject* start_failed(PyObject* self, PyObject* args) {
  const char* message = nullptr;
  PyObject* exception = nullptr;
  if (!PyArg_ParseTuple(args, "sO", &message, &exception)) return nullptr;
  return none_of([&] {
    ErrorData data;
    if (exception != Py_None) data = describe(exception, errc::start_failed);
    data.code = errc::start_failed;
    data.message = message;
    worker_of(self).start_failed(Error(std::move(data)));
    return true;
  });
}

PyObject* ended_as_text(Worker::Ended ended) {
  switch (ended) {
    case Worker::Ended::no:
      break;
    case Worker::Ended::drained:
      return PyUnicode_FromString("drained");
    case Worker::Ended::closed:
      return PyUnicode_FromString("closed");
    case Worker::Ended::wants_loop:
      return PyUnicode_FromString("wants_loop");
  }
  return PyErr_Occurred() ? nullptr : Py_NewRef(Py_None);
}

PyObject* serve(PyObject* self, PyObject*) {
  return ended_as_text(guarded([&] { return worker_of(self).serve(); }, Worker::Ended::no));
}
PyObject* ended(PyObject* self, PyObject*) {
  return ended_as_text(worker_of(self).ended());
}

PyObject* breach(PyObject* self, PyObject*) {
  const auto& why = worker_of(self).breach();
  return why ? to_str(why->what()).release() : Py_NewRef(Py_None);
}

PyObject* attach_loop(PyObject* self, PyObject* args) {
  PyObject* aio = nullptr;
  PyObject* loop = nullptr;
  int selector_fd = -1;
  if (!PyArg_ParseTuple(args, "OOi", &aio, &loop, &selector_fd)) return nullptr;
  return none_of([&] {
    auto starter = TaskStarter::make(aio, loop);
    if (!starter) return false;
    worker_of(self).attach_loop(std::move(starter), loop, selector_fd);
    return true;
  });
}

PyObject* stop_loop_at_end(PyObject* self, PyObject* stop) {
  worker_of(self).stop_loop_at_end(stop == Py_True);
  Py_RETURN_NONE;
}

PyObject* select(PyObject* self, PyObject* timeout) {
  double seconds = -1;
  if (timeout != Py_None) {
    seconds = PyFloat_AsDouble(timeout);
    if (seconds == -1.0 && PyErr_Occurred()) return nullptr;
    seconds = std::max(seconds, 0.0);
  }
  const int ready = guarded([&] { return worker_of(self).select(seconds); }, -1);
  return ready < 0 ? nullptr : PyBool_FromLong(ready);
}

PyObject* in_coroutine(PyObject* self, PyObject*) {
  const int is = guarded([&] { return worker_of(self).in_coroutine(); }, -1);
  return is < 0 ? nullptr : PyBool_FromLong(is);
}

bool fill_extra(std::map<std::string, std::string>& out, PyObject* extra) {
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(extra, &position, &key, &value)) out[utf8(key)] = utf8(value);
  return true;
}

PyObject* log(PyObject* self, PyObject* args) {
  int level = 0;
  const char* source = nullptr;
  const char* logger = nullptr;
  PyObject* message = nullptr;
  const char* file = nullptr;
  unsigned int line = 0;
  PyObject* traceback = nullptr;
  PyObject* extra = nullptr;
  if (!PyArg_ParseTuple(args, "issUsIUO!", &level, &source, &logger, &message, &file, &line,
                        &traceback, &PyDict_Type, &extra)) {
    return nullptr;
  }
  return none_of([&] {
    wire::LogRecord record;
    record.level = static_cast<wire::LogLevel>(std::clamp(level, 0, 4));
    record.source = source;
    record.logger = logger;
    record.message = utf8(message);
    record.file = file;
    record.line = line;
    record.traceback = utf8(traceback);
    record.at =
        std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    fill_extra(record.extra, extra);
    worker_of(self).log(record);
    return true;
  });
}

PyObject* set_window(PyObject* self, PyObject* args) {
  unsigned int items = 0;
  unsigned long long bytes = 0;
  if (!PyArg_ParseTuple(args, "IK", &items, &bytes)) return nullptr;
  if (items == 0 || bytes == 0 || bytes > (1ULL << 48U)) {
    PyErr_SetString(PyExc_ValueError, "a window has at least one item and one byte");
    return nullptr;
  }
  worker_of(self).set_window({items, bytes});
  Py_RETURN_NONE;
}

PyObject* finish(PyObject* self, PyObject*) {
  return none_of([&] {
    worker_of(self).finish();
    return true;
  });
}

PyObject* forget(PyObject* self, PyObject*) {
  worker_of(self).forget();
  Py_RETURN_NONE;
}

PyObject* modules(PyObject* self, PyObject*) {
  const Ref names(PySet_New(nullptr));
  if (!names) return nullptr;
  for (const auto& [name, route] : worker_of(self).callbacks()) {
    const auto item = to_str(name);
    if (!item || PySet_Add(names.get(), item.get()) < 0) return nullptr;
  }
  return Ref(names).release();
}

std::array<PyMethodDef, 23> methods{{
    {"hello", hello, METH_VARARGS, "hello(language, runtime)"},
    {"receive_welcome", receive_welcome, METH_NOARGS, "a dict, or None if the parent went away"},
    {"bind", bind, METH_O, "bind(types): takes generated classes by full name"},
    {"config", config, METH_NOARGS, "the actor's config, or None"},
    {"set_handler", set_handler, METH_VARARGS, "set_handler(number, callable, where)"},
    {"refuse_route", refuse_route, METH_VARARGS, "refuse_route(number, why)"},
    {"translate", translate, METH_VARARGS,
     "translate(number, schema): None, or the difference that can't be bridged"},
    {"translate_config", translate_config, METH_O,
     "translate_config(schema): None, or the difference that can't be bridged"},
    {"ready", ready, METH_NOARGS, "asks may come now"},
    {"start_failed", start_failed, METH_VARARGS, "start_failed(message, exception or None)"},
    {"serve", serve, METH_NOARGS, "serves until 'drained', 'closed' or 'wants_loop'"},
    {"ended", ended, METH_NOARGS, "'drained', 'closed' or None"},
    {"breach", breach, METH_NOARGS, "why the session closed, where the protocol was broken"},
    {"attach_loop", attach_loop, METH_VARARGS, "attach_loop(aio module, loop, selector's fd)"},
    {"stop_loop_at_end", stop_loop_at_end, METH_O, "whether select() stops the loop at the end"},
    {"select", select, METH_O, "select(timeout): True when the loop's descriptors are ready"},
    {"in_coroutine", in_coroutine, METH_NOARGS, "whether a task of the loop runs right now"},
    {"log", log, METH_VARARGS, "log(level, source, logger, message, file, line, traceback, extra)"},
    {"callbacks", modules, METH_NOARGS, "the names of the callbacks that may be called"},
    {"set_window", set_window, METH_VARARGS,
     "set_window(items, bytes) of streams read from now on"},
    {"finish", finish, METH_NOARGS, "says bye and writes all that is left"},
    {"forget", forget, METH_NOARGS, "after a fork: the session is the other process's"},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyType_Slot, 5> slots{
    {{Py_tp_new, slot(worker_new)},
     {Py_tp_dealloc, slot(worker_dealloc)},
     {Py_tp_methods, methods.data()},
     {Py_tp_doc, const_cast<char*>("Worker(fd): the child's end of a session.")},
     {0, nullptr}}};
PyType_Spec spec{"kameo_runtime._core.Worker", sizeof(WorkerObject), 0, Py_TPFLAGS_DEFAULT,
                 slots.data()};
PyMethodDef watchdog_function{"start_watchdog", start_watchdog_method, METH_VARARGS,
                              "start_watchdog(fd, grace_ms): ends the process after its parent"};

}  // namespace

bool add_worker_type(PyObject* module) {
  const Ref type(PyType_FromModuleAndSpec(module, &spec, nullptr));
  const Ref watchdog(PyCFunction_New(&watchdog_function, nullptr));
  return type && watchdog && PyModule_AddObjectRef(module, "Worker", type.get()) == 0 &&
         PyModule_AddObjectRef(module, "start_watchdog", watchdog.get()) == 0;
}

}  // namespace kameo::python

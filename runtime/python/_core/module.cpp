#include "module.hpp"

#include "array.hpp"
#include "call.hpp"
#include "call_object.hpp"
#include "gate.hpp"
#include "scope.hpp"
#include "sink.hpp"
#include "stream.hpp"

#include <algorithm>
#include <array>

namespace kameo::python {
namespace {

PyObject* errors_function(const char* name) {
  const Ref errors(PyImport_ImportModule("kameo_runtime.errors"));
  return errors ? PyObject_GetAttrString(errors.get(), name) : nullptr;
}

Ref to_list(const std::vector<std::string>& texts) {
  Ref list(PyList_New(0));
  for (const auto& text : texts) {
    const auto item = to_str(text);
    if (!list || !item || PyList_Append(list.get(), item.get()) < 0) return {};
  }
  return list;
}

std::vector<std::string> to_texts(PyObject* list) {
  std::vector<std::string> texts;
  for (Py_ssize_t i = 0; PyList_Check(list) && i < PyList_GET_SIZE(list); ++i) {
    texts.push_back(utf8(PyList_GET_ITEM(list, i)));
  }
  return texts;
}

int execute(PyObject* module) {
  // What is imported once (classes, interned names) is kept in variables of the process.
  static bool executed = false;
  if (executed) {
    PyErr_SetString(PyExc_ImportError, "kameo_runtime._core serves one interpreter of a process");
    return -1;
  }
  executed = true;
  return guarded(
      [module] {
        const bool added = add_array_type(module) && add_schema_type(module) &&
                           add_call_type(module) && add_call_iterator_type(module) &&
                           add_scope_type(module) && add_stream_types(module) &&
                           add_sink_type(module) && add_gate_type(module) &&
                           add_carrier_type(module) && add_worker_type(module);
        return added ? 0 : -1;
      },
      -1);
}

std::array<PyMethodDef, 5> functions{{
    {"call", method(call_function), METH_VARARGS,
     "call(name, request) -> Call: asks the parent; `await` it or take its `.result()`."},
    {"tell", method(tell_function), METH_VARARGS, "tell(name, request): tells the parent."},
    {"traceparent", traceparent_function, METH_NOARGS,
     "traceparent(): the trace that this code belongs to, or None."},
    {"set_traceparent", set_traceparent_function, METH_O,
     "set_traceparent(text or None): of what this code asks from here on."},
    {nullptr, nullptr, 0, nullptr},
}};

std::array<PyModuleDef_Slot, 2> slots{{{Py_mod_exec, slot(execute)}, {0, nullptr}}};

PyModuleDef definition{PyModuleDef_HEAD_INIT,
                       "kameo_runtime._core",
                       "The hot path of a kameo worker: session, codec and dispatch.",
                       0,
                       functions.data(),
                       slots.data(),
                       nullptr,
                       nullptr,
                       nullptr};

}  // namespace

std::string utf8(PyObject* text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &size) : nullptr;
  if (data == nullptr) {
    PyErr_Clear();
    return {};
  }
  return {data, static_cast<std::size_t>(size)};
}

std::optional<std::chrono::nanoseconds> seconds_from(PyObject* number) {
  const double seconds = PyFloat_AsDouble(number);
  if (seconds == -1.0 && PyErr_Occurred() != nullptr) return std::nullopt;
  if (!(seconds > 0)) {
    PyErr_Format(PyExc_ValueError, "a deadline is a number of seconds above 0, not %R", number);
    return std::nullopt;
  }
  constexpr double century = 3.2e9;
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::min(seconds, century)));
}

Ref to_str(std::string_view utf8) {
  return Ref(PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), "replace"));
}

void raise_violations(const std::vector<std::string>& violations) {
  const Ref make(errors_function("ValidationError"));
  const auto list = to_list(violations);
  if (!make || !list) return;
  const Ref exception(PyObject_CallOneArg(make.get(), list.get()));
  if (exception)
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
}

void raise_error(const Error& error) {
  const auto& data = error.data();
  const Ref make(errors_function("from_remote"));
  const auto notes = to_list(data.notes);
  if (!make || !notes) return;
  const Ref exception(
      PyObject_CallFunction(make.get(), "sssssOs", std::string(to_string(data.code)).c_str(),
                            data.message.c_str(), data.type.c_str(), data.where.c_str(),
                            data.traceback.c_str(), notes.get(), data.cause.c_str()));
  if (exception)
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
}

void fill_error(PyObject* exception, const ErrorData& data) {
  const Ref fill(errors_function("fill"));
  const auto notes = to_list(data.notes);
  if (!fill || !notes ||
      !Ref(PyObject_CallFunction(fill.get(), "OsssOs", exception, data.type.c_str(),
                                 data.where.c_str(), data.traceback.c_str(), notes.get(),
                                 data.cause.c_str()))) {
    PyErr_Clear();  // the error itself is what matters
  }
}

ErrorData describe(PyObject* exception, errc code) {
  ErrorData data;
  data.code = code;
  data.type = Py_TYPE(exception)->tp_name;
  const Ref module(PyImport_ImportModule("kameo_runtime._describe"));
  const Ref told(module ? PyObject_CallMethod(module.get(), "describe", "O", exception) : nullptr);
  if (!told || !PyTuple_Check(told.get()) || PyTuple_GET_SIZE(told.get()) != 6) {
    PyErr_Clear();
    data.message = "an exception that could not be described";
    return data;
  }
  const auto part = [&told](Py_ssize_t i) { return PyTuple_GET_ITEM(told.get(), i); };
  data.type = utf8(part(0));
  data.message = utf8(part(1));
  data.where = utf8(part(2));
  data.traceback = utf8(part(3));
  data.notes = to_texts(part(4));
  data.cause = utf8(part(5));
  return data;
}

}  // namespace kameo::python

PyMODINIT_FUNC PyInit__core() {
  return PyModuleDef_Init(&kameo::python::definition);
}

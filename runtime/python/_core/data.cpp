#include "data.hpp"

#include "codec.hpp"
#include "module.hpp"

#include <kameo/concat.hpp>

#include <string>

namespace kameo::python {
namespace {

using json::Value;

/// Makes the value part by part; every function gives false with an exception set.
class FromData {
 public:
  explicit FromData(std::string_view name) : path_(name) {}

  bool value(PyObject* data, Value& out) {
    if (data == Py_None) return true;
    if (PyBool_Check(data)) {
      out = Value(data == Py_True);
      return true;
    }
    // Their own text, whatever a subclass says of itself.
    if (PyLong_Check(data)) return number(PyLong_Type.tp_repr(data), out);
    if (PyFloat_Check(data)) return number(PyFloat_Type.tp_repr(data), out);
    if (PyUnicode_Check(data)) return text(data, out);
    if (PyList_Check(data) || PyTuple_Check(data)) {
      return deeper(data, [&](PyObject* own) { return array(own, out); });
    }
    if (PyDict_Check(data)) {
      return deeper(data, [&](PyObject* own) { return object(own, out); });
    }
    return wrong("plain data (None, bool, int, float, str, list or dict)", data);
  }

 private:
  bool wrong(std::string_view expected, PyObject* got) {
    raise_violations({concat(path_, ": expected ", expected, ", got ", short_repr(got))});
    return false;
  }

  template <class Body>
  bool deeper(PyObject* data, Body&& body) {
    constexpr std::uint32_t deepest = 256;  // as of JSON text
    if (depth_ == deepest) {
      raise_violations({concat(path_, ": nested deeper than ", deepest)});
      return false;
    }
    ++depth_;
    const bool good = body(data);
    --depth_;
    return good;
  }

  static bool number(PyObject* made, Value& out) {
    const Ref repr(made);
    const char* text = repr ? PyUnicode_AsUTF8(repr.get()) : nullptr;
    if (text == nullptr) return false;
    out = Value(Value::Number{text});
    return true;
  }

  bool text(PyObject* data, Value& out) {
    Py_ssize_t size = 0;
    const char* utf8 = PyUnicode_AsUTF8AndSize(data, &size);
    if (utf8 == nullptr) {
      if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return false;
      PyErr_Clear();
      return wrong("text without lone surrogates", data);
    }
    out = Value(std::string(utf8, static_cast<std::size_t>(size)));
    return true;
  }

  bool array(PyObject* data, Value& out) {
    // A copy: a repr may run code that changes a list.
    const Ref items(PySequence_Tuple(data));
    if (!items) return false;
    Value::Array values(static_cast<std::size_t>(PyTuple_GET_SIZE(items.get())));
    const auto here = path_.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
      path_ += concat("[", i, "]");
      if (!value(PyTuple_GET_ITEM(items.get(), static_cast<Py_ssize_t>(i)), values[i]))
        return false;
      path_.resize(here);
    }
    out = Value(std::move(values));
    return true;
  }

  bool object(PyObject* data, Value& out) {
    const Ref items(PyDict_Items(data));
    if (!items) return false;
    Value::Object members;
    const auto here = path_.size();
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
      auto* pair = PyList_GET_ITEM(items.get(), i);
      auto* key = PyTuple_GET_ITEM(pair, 0);
      if (!PyUnicode_Check(key)) return wrong("str keys", key);
      Value name;
      if (!text(key, name)) return false;
      auto& member = members.emplace_back();
      member.name = *name.string();
      path_ += concat(".", member.name);
      if (!value(PyTuple_GET_ITEM(pair, 1), member.value)) return false;
      path_.resize(here);
    }
    out = Value(std::move(members));
    return true;
  }

  std::string path_;
  std::uint32_t depth_ = 0;
};

Ref number_from_json(const std::string& text) {
  const bool is_float = text.find_first_of(".eE") != std::string::npos;
  if (!is_float) return Ref(PyLong_FromString(text.c_str(), nullptr, 10));
  const double number = PyOS_string_to_double(text.c_str(), nullptr, nullptr);
  if (number == -1.0 && PyErr_Occurred() != nullptr) return {};
  return Ref(PyFloat_FromDouble(number));
}

}  // namespace

std::optional<Value> json_from_data(PyObject* data, std::string_view name) {
  Value made;
  if (!FromData(name).value(data, made)) return std::nullopt;
  return made;
}

Ref data_from_json(const Value& value) {
  if (value.is_null()) return Ref::share(Py_None);
  if (const auto* boolean = value.boolean()) return Ref::share(*boolean ? Py_True : Py_False);
  if (const auto* number = value.number()) return number_from_json(number->text);
  if (const auto* text = value.string()) return to_str(*text);
  if (const auto* items = value.array()) {
    Ref list(PyList_New(static_cast<Py_ssize_t>(items->size())));
    for (std::size_t i = 0; list && i < items->size(); ++i) {
      auto item = data_from_json((*items)[i]);
      if (!item) return {};
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item.release());
    }
    return list;
  }
  Ref dict(PyDict_New());
  for (const auto& member : *value.object()) {
    const auto key = to_str(member.name);
    const auto item = data_from_json(member.value);
    if (!dict || !key || !item || PyDict_SetItem(dict.get(), key.get(), item.get()) < 0) return {};
  }
  return dict;
}

}  // namespace kameo::python

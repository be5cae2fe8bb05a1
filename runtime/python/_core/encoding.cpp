#include "encoding.hpp"

#include "codec.hpp"
#include "module.hpp"

#include <kameo/concat.hpp>
#include <kameo/utf8.hpp>

#include <algorithm>

namespace kameo::python {
namespace {

void append_path(std::string& out, const Step* step) {
  if (step == nullptr) return;
  append_path(out, step->up);
  if (step->field != nullptr) out += concat(".", step->field->name);
  if (!step->variant.empty()) out += concat(".", step->variant);
  if (step->index >= 0) out += concat("[", step->index, "]");
  if (step->key != nullptr) out += concat("[", short_repr(step->key), "]");
}

bool is_secret(const Step* step) {
  for (; step != nullptr; step = step->up) {
    if (step->secret || (step->field != nullptr && step->field->secret)) return true;
  }
  return false;
}

}  // namespace

void Encoding::align(std::size_t alignment) {
  while (at % alignment != 0) put(std::uint8_t{0});
}

void Encoding::grow(std::size_t size) {
  memory.resize(std::max(at + size, std::max<std::size_t>(memory.size() * 2, 256)));
}

bool Encoding::violate(const Step* step, std::string_view what, PyObject* value) {
  constexpr std::size_t most = 100;  // enough to see what is wrong with a list of a million
  if (violations.size() == most) return true;
  std::string text(name);
  append_path(text, step);
  text += ": ";
  text += what;
  if (value != nullptr) {
    text += is_secret(step) ? std::string(", got a value that is not shown")
                            : concat(", got ", short_repr(value));
  }
  violations.push_back(std::move(text));
  return true;
}

std::string short_repr(PyObject* value) {
  constexpr std::size_t longest = 60;
  const RaisedAside aside;
  const Ref repr(PyObject_Repr(value));
  Py_ssize_t size = 0;
  const char* data = repr ? PyUnicode_AsUTF8AndSize(repr.get(), &size) : nullptr;
  if (data == nullptr) {
    const Ref raised(take_raised());
    return concat("<", Py_TYPE(value)->tp_name, " whose repr() raised ",
                  raised ? Py_TYPE(raised.get())->tp_name : "nothing", ">");
  }
  std::string text(data, static_cast<std::size_t>(size));
  if (text.size() > longest) {
    text.resize(longest);
    text.resize(utf8_valid_prefix(text));
    text += "…";
  }
  return text;
}

bool encode(const Node& node, PyObject* value, std::string_view name, Bytes& memory,
            ByteView& payload, const CodecLimits& limits) {
  Encoding out{memory, limits, name};
  if (!put_value(out, node, value, nullptr)) return false;
  if (!out.violations.empty()) {
    raise_violations(out.violations);
    return false;
  }
  payload = ByteView(memory).first(out.at);
  return true;
}

}  // namespace kameo::python

#include "array.hpp"
#include "encoding.hpp"

#include <kameo/concat.hpp>

#include <unordered_set>

namespace kameo::python {
namespace {

using schema::Kind;

/// Whether two elements of a list make the same bytes, which is what equal means on the wire.
bool has_equals(const Encoding& out, const std::vector<std::size_t>& starts) {
  std::unordered_set<std::string_view> seen;
  const auto all = as_text(ByteView(out.memory).first(out.at));
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const auto end = i + 1 < starts.size() ? starts[i + 1] : out.at;
    if (!seen.insert(all.substr(starts[i], end - starts[i])).second) return true;
  }
  return false;
}

bool put_list(Encoding& out, const Node& node, PyObject* value, const Step* step,
              const Rules* rules) {
  const bool fixed = node.kind == Kind::fixed_array;
  if (!PyList_Check(value) && !PyTuple_Check(value)) return wrong(out, node, value, step, rules);
  const auto size = PySequence_Fast_GET_SIZE(value);
  if (fixed && size != static_cast<Py_ssize_t>(node.dims[0])) {
    return wrong(out, node, value, step, rules);
  }
  const bool keeps = keeps_size(rules, size);
  if (!keeps) wrong(out, node, value, step, rules);  // and its elements are looked at all the same
  if (!fixed) out.count(static_cast<std::size_t>(size));
  const bool unique = keeps && rules != nullptr && rules->unique;
  std::vector<std::size_t> starts;
  // By index and size anew each time: an element's own code may change the list.
  for (Py_ssize_t i = 0; i < size; ++i) {
    if (PySequence_Fast_GET_SIZE(value) != size) {
      PyErr_SetString(PyExc_RuntimeError, "list changed size while it was encoded");
      return false;
    }
    const auto element = Ref::share(PySequence_Fast_GET_ITEM(value, i));
    const Step here{step, nullptr, nullptr, i};
    if (unique) starts.push_back(out.at);
    if (!put_value(out, *node.args[0], element.get(), &here)) return false;
  }
  if (unique && has_equals(out, starts)) return wrong(out, node, value, step, rules);
  return true;
}

bool put_set(Encoding& out, const Node& node, PyObject* value, const Step* step,
             const Rules* rules) {
  if (!PyAnySet_Check(value) || !keeps_size(rules, PySet_GET_SIZE(value))) {
    return wrong(out, node, value, step, rules);
  }
  // A copy: an element's own code may change the set. Sorted, as far as they have an order, so that
  // equal sets make equal bytes whatever their hashes are.
  const Ref elements(PySequence_List(value));
  if (!elements) return false;
  if (PyList_Sort(elements.get()) < 0) PyErr_Clear();
  const auto size = PyList_GET_SIZE(elements.get());
  out.count(static_cast<std::size_t>(size));
  for (Py_ssize_t i = 0; i < size; ++i) {
    auto* element = PyList_GET_ITEM(elements.get(), i);
    const Step here{step, nullptr, element};
    if (!put_value(out, *node.args[0], element, &here)) return false;
  }
  return true;
}

bool put_map(Encoding& out, const Node& node, PyObject* value, const Step* step,
             const Rules* rules) {
  const bool is_dict = PyDict_Check(value) != 0;
  // PyMapping_Check takes lists and strings too; `keys` is what makes a Mapping.
  if (!is_dict && !PyObject_HasAttrString(value, "keys")) {
    return wrong(out, node, value, step, rules);
  }
  const Ref items(is_dict ? PyDict_Items(value) : PyMapping_Items(value));
  if (!items) return false;
  const auto size = PyList_GET_SIZE(items.get());
  if (!keeps_size(rules, size)) return wrong(out, node, value, step, rules);
  out.count(static_cast<std::size_t>(size));
  for (Py_ssize_t i = 0; i < size; ++i) {
    auto* pair = PyList_GET_ITEM(items.get(), i);
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
      return wrong(out, node, value, step, rules);
    }
    const Step here{step, nullptr, PyTuple_GET_ITEM(pair, 0)};
    if (!put_value(out, *node.args[0], PyTuple_GET_ITEM(pair, 0), &here) ||
        !put_value(out, *node.args[1], PyTuple_GET_ITEM(pair, 1), &here)) {
      return false;
    }
  }
  return true;
}

bool put_tuple(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  if (!PyList_Check(value) && !PyTuple_Check(value)) {
    return wrong(out, node, value, step, nullptr);
  }
  const auto size = static_cast<Py_ssize_t>(node.args.size());
  const Ref parts(PySequence_Tuple(value));
  if (!parts) return false;
  if (PyTuple_GET_SIZE(parts.get()) != size) return wrong(out, node, value, step, nullptr);
  for (Py_ssize_t i = 0; i < size; ++i) {
    const Step here{step, nullptr, nullptr, i};
    const auto& part = *node.args[static_cast<std::size_t>(i)];
    if (!put_value(out, part, PyTuple_GET_ITEM(parts.get(), i), &here)) return false;
  }
  return true;
}
bool put_optional(Encoding& out, const Node& node, PyObject* value, const Step* step,
                  const Rules* rules) {
  if (value == Py_None) {
    out.put(std::uint8_t{0});
    return true;
  }
  out.put(std::uint8_t{1});
  return put_value(out, *node.args[0], value, step, rules);
}

}  // namespace

std::string expected(const Node& node, const Rules* rules) {
  return concat("expected ", node.text, rules == nullptr ? std::string() : rules->text);
}

bool wrong(Encoding& out, const Node& node, PyObject* value, const Step* step, const Rules* rules) {
  return out.violate(step, expected(node, rules), value);
}
bool keeps_size(const Rules* rules, Py_ssize_t size) {
  return rules == nullptr || rules->allow_size(static_cast<std::size_t>(size));
}

bool put_value(Encoding& out, const Node& node, PyObject* value, const Step* step,
               const Rules* rules) {
  switch (node.kind) {
    case Kind::optional:
      return put_optional(out, node, value, step, rules);
    case Kind::list:
    case Kind::fixed_array:
      return put_list(out, node, value, step, rules);
    case Kind::set:
      return put_set(out, node, value, step, rules);
    case Kind::map:
      return put_map(out, node, value, step, rules);
    case Kind::tuple:
      return put_tuple(out, node, value, step);
    case Kind::numeric_array:
      return encode_array(out, node, value, step);
    case Kind::named:
      return put_named(out, node, value, step);
    default:
      return put_scalar(out, node, value, step, rules);
  }
}

}  // namespace kameo::python

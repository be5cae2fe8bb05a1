#include "decode_limits.hpp"

#include "encoding.hpp"
#include "module.hpp"
#include "values.hpp"

namespace kameo::python {
namespace {

using schema::Kind;

bool allows_text(const Rules& rules, PyObject* value) {
  if (!rules.allow_size(static_cast<std::size_t>(PyUnicode_GET_LENGTH(value)))) return false;
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(value, &size);
  return data == nullptr || rules.allow_text({data, static_cast<std::size_t>(size)});
}

/// Equal is what makes equal bytes, so they are made.
bool allows_list(const FieldPlan& field, const Node& node, PyObject* value) {
  const auto& rules = *field.rules;
  if (!rules.allow_size(static_cast<std::size_t>(PyList_GET_SIZE(value)))) return false;
  if (!rules.unique) return true;
  Bytes memory;
  Encoding out{memory, CodecLimits{}, {}};
  return put_value(out, node, value, nullptr, &rules) && out.violations.empty();
}

bool allows(const FieldPlan& field, const Node& node, PyObject* value) {
  const auto& rules = *field.rules;
  std::int64_t us = 0;
  Decimal decimal;
  switch (node.kind) {
    case Kind::optional:
      return value == Py_None || allows(field, *node.args[0], value);
    case Kind::u64:
      return rules.allow(std::uint64_t{PyLong_AsUnsignedLongLong(value)});
    case Kind::i8:
    case Kind::i16:
    case Kind::i32:
    case Kind::i64:
    case Kind::u8:
    case Kind::u16:
    case Kind::u32:
      return rules.allow(std::int64_t{PyLong_AsLongLong(value)});
    case Kind::f32:
    case Kind::f64:
      return rules.allow(PyFloat_AS_DOUBLE(value));
    case Kind::string:
      return allows_text(rules, value);
    case Kind::bytes:
      return rules.allow_size(static_cast<std::size_t>(PyBytes_GET_SIZE(value)));
    case Kind::timestamp:
      return us_from_datetime(value, us) != Converted::yes || rules.allow(us);
    case Kind::duration:
      return us_from_timedelta(value, us) != Converted::yes || rules.allow(us);
    case Kind::decimal:
      return decimal_to(value, decimal) != Converted::yes || rules.allow(decimal);
    case Kind::list:
      return allows_list(field, node, value);
    case Kind::set:
      return rules.allow_size(static_cast<std::size_t>(PySet_GET_SIZE(value)));
    case Kind::map:
      return rules.allow_size(static_cast<std::size_t>(PyDict_GET_SIZE(value)));
    default:
      return true;
  }
}

}  // namespace

bool keeps_limits(const FieldPlan& field, PyObject* value) {
  const bool kept = allows(field, *field.node, value);
  PyErr_Clear();
  return kept;
}

std::string_view name_of(const Node& node) {
  if (node.shape == nullptr) return "value";
  const std::string_view full(node.shape->name);
  return full.substr(full.rfind('.') + 1);
}

// What leaves is looked at with words for everything: reading had none.
void raise_broken_limits(const Node& node, PyObject* value, const CodecLimits& limits) {
  Bytes memory;
  Encoding out{memory, limits, name_of(node)};
  if (!put_value(out, node, value, nullptr)) return;
  if (out.violations.empty()) out.violations.emplace_back("a field beyond its limits");
  raise_violations(out.violations);
}

}  // namespace kameo::python

#include "encoding.hpp"
#include "values.hpp"

#include <kameo/codec.hpp>
#include <kameo/concat.hpp>

#include <cmath>
#include <limits>

namespace kameo::python {
namespace {

using schema::Kind;

bool keeps(const Rules* rules, const auto& value) {
  return rules == nullptr || rules->allow(value);
}

// Numbers --------------------------------------------------------------------------------------

/// The value as an exact int: itself, or what `__index__` of numpy's integers and the like gives.
/// Empty without an exception where it is none; a bool is none.
Ref int_of(PyObject* value) {
  if (PyLong_CheckExact(value)) return Ref::share(value);
  if (PyBool_Check(value) || !PyIndex_Check(value)) return {};
  return Ref(PyNumber_Index(value));
}

template <class Number>
std::string out_of_range(const Node& node, const Rules* rules) {
  if (rules != nullptr && !rules->text.empty()) return expected(node, rules);
  using Limits = std::numeric_limits<Number>;
  return concat("expected ", node.text, " in ", +Limits::min(), "..", +Limits::max());
}

template <class Number>
bool put_int(Encoding& out, const Node& node, PyObject* value, const Step* step,
             const Rules* rules) {
  const auto number = int_of(value);
  if (!number) return !PyErr_Occurred() && wrong(out, node, value, step, rules);
  int overflow = 0;
  const auto wide = PyLong_AsLongLongAndOverflow(number.get(), &overflow);
  if (overflow != 0 || !std::in_range<Number>(wide) || !keeps(rules, std::int64_t{wide})) {
    return out.violate(step, out_of_range<Number>(node, rules), value);
  }
  out.put(static_cast<Number>(wide));
  return true;
}

bool put_u64(Encoding& out, const Node& node, PyObject* value, const Step* step,
             const Rules* rules) {
  const auto number = int_of(value);
  if (!number) return !PyErr_Occurred() && wrong(out, node, value, step, rules);
  const std::uint64_t wide = PyLong_AsUnsignedLongLong(number.get());
  const bool overflow = wide == UINT64_MAX && PyErr_Occurred() != nullptr;
  if (overflow) PyErr_Clear();
  if (overflow || !keeps(rules, wide)) {
    return out.violate(step, out_of_range<std::uint64_t>(node, rules), value);
  }
  out.put(wide);
  return true;
}

/// False without an exception where the value is no number for a float field. A str or Decimal is
/// none; numpy's scalars, which are buffers too, are.
bool float_of(PyObject* value, double& number) {
  if (PyFloat_Check(value)) {
    number = PyFloat_AS_DOUBLE(value);
    return true;
  }
  if (PyBool_Check(value)) return false;
  if (PyLong_Check(value)) {
    number = PyLong_AsDouble(value);
    const bool overflow = number == -1.0 && PyErr_Occurred() != nullptr;
    if (overflow) PyErr_Clear();
    return !overflow;
  }
  const auto* slots = Py_TYPE(value)->tp_as_number;
  if (slots == nullptr || slots->nb_float == nullptr || !PyObject_CheckBuffer(value)) return false;
  const Ref converted(slots->nb_float(value));
  if (!converted || !PyFloat_Check(converted.get())) return false;
  number = PyFloat_AS_DOUBLE(converted.get());
  return true;
}

bool put_float(Encoding& out, const Node& node, PyObject* value, const Step* step,
               const Rules* rules) {
  double number = 0;
  if (!float_of(value, number)) {
    return !PyErr_Occurred() && wrong(out, node, value, step, rules);
  }
  if (!keeps(rules, number)) return wrong(out, node, value, step, rules);
  if (node.kind == Kind::f64) {
    out.put(number);
    return true;
  }
  const auto narrow = static_cast<float>(number);
  if (std::isinf(narrow) && !std::isinf(number)) {
    return out.violate(step, concat("expected f32 in -3.4028235e+38..3.4028235e+38"), value);
  }
  out.put(narrow);
  return true;
}

// Text and bytes -------------------------------------------------------------------------------

bool put_text(Encoding& out, const Node& node, PyObject* value, const Step* step,
              const Rules* rules) {
  if (!PyUnicode_Check(value) || !keeps_size(rules, PyUnicode_GET_LENGTH(value))) {
    return wrong(out, node, value, step, rules);
  }
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(value, &size);
  if (data == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return false;
    PyErr_Clear();
    return out.violate(step, concat(expected(node, rules), " without lone surrogates"), value);
  }
  if (size > UINT32_MAX) return out.violate(step, "longer than 4 GiB", nullptr);
  if (rules != nullptr && !rules->allow_text({data, static_cast<std::size_t>(size)})) {
    return wrong(out, node, value, step, rules);
  }
  out.count(static_cast<std::size_t>(size));
  out.raw(data, static_cast<std::size_t>(size));
  return true;
}

bool put_bytes(Encoding& out, const Node& node, PyObject* value, const Step* step,
               const Rules* rules) {
  if (PyUnicode_Check(value) || !PyObject_CheckBuffer(value)) {
    return wrong(out, node, value, step, rules);
  }
  Py_buffer view{};
  if (PyObject_GetBuffer(value, &view, PyBUF_FULL_RO) < 0) return false;
  bool done = true;
  const bool of_bytes = view.itemsize == 1;
  if (!of_bytes || !keeps_size(rules, view.len)) {
    wrong(out, node, value, step, rules);
  } else if (view.len > UINT32_MAX) {
    out.violate(step, "longer than 4 GiB", nullptr);
  } else {
    const auto size = static_cast<std::size_t>(view.len);
    out.count(size);
    if (size != 0) done = PyBuffer_ToContiguous(out.room(size), &view, view.len, 'C') == 0;
    out.at += size;
  }
  PyBuffer_Release(&view);
  return done;
}

// Scalars that Python has classes for ----------------------------------------------------------

/// What `convert` found, written by `put`; a wrong type and a broken rule are told alike.
template <class Value, class Put>
bool put_converted(Encoding& out, const Node& node, PyObject* value, const Step* step,
                   const Rules* rules, Converted (*convert)(PyObject*, Value&), Put put) {
  Value converted{};
  switch (convert(value, converted)) {
    case Converted::raised:
      return false;
    case Converted::wrong_type:
      return wrong(out, node, value, step, rules);
    case Converted::yes:
      return put(converted);
  }
  Py_UNREACHABLE();
}

bool put_us(Encoding& out, const Node& node, PyObject* value, const Step* step,
            const Rules* rules) {
  const bool is_timestamp = node.kind == Kind::timestamp;
  return put_converted(out, node, value, step, rules,
                       is_timestamp ? us_from_datetime : us_from_timedelta, [&](std::int64_t us) {
                         if (!keeps(rules, us)) return wrong(out, node, value, step, rules);
                         out.put(us);
                         return true;
                       });
}

bool put_decimal(Encoding& out, const Node& node, PyObject* value, const Step* step,
                 const Rules* rules) {
  return put_converted(out, node, value, step, rules, decimal_to, [&](const Decimal& decimal) {
    if (!keeps(rules, decimal)) return wrong(out, node, value, step, rules);
    out.put(decimal.low);
    out.put(decimal.high);
    out.put(decimal.exponent);
    out.put(std::uint8_t{decimal.negative});
    return true;
  });
}

bool put_uuid(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  return put_converted(out, node, value, step, nullptr, uuid_to, [&](const Uuid& uuid) {
    out.raw(uuid.bytes.data(), uuid.bytes.size());
    return true;
  });
}

bool put_bool(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  if (!PyBool_Check(value)) return wrong(out, node, value, step, nullptr);
  out.put(static_cast<std::uint8_t>(value == Py_True));
  return true;
}

}  // namespace

bool put_scalar(Encoding& out, const Node& node, PyObject* value, const Step* step,
                const Rules* rules) {
  switch (node.kind) {
    case Kind::boolean:
      return put_bool(out, node, value, step);
    case Kind::i8:
      return put_int<std::int8_t>(out, node, value, step, rules);
    case Kind::i16:
      return put_int<std::int16_t>(out, node, value, step, rules);
    case Kind::i32:
      return put_int<std::int32_t>(out, node, value, step, rules);
    case Kind::i64:
      return put_int<std::int64_t>(out, node, value, step, rules);
    case Kind::u8:
      return put_int<std::uint8_t>(out, node, value, step, rules);
    case Kind::u16:
      return put_int<std::uint16_t>(out, node, value, step, rules);
    case Kind::u32:
      return put_int<std::uint32_t>(out, node, value, step, rules);
    case Kind::u64:
      return put_u64(out, node, value, step, rules);
    case Kind::f32:
    case Kind::f64:
      return put_float(out, node, value, step, rules);
    case Kind::string:
      return put_text(out, node, value, step, rules);
    case Kind::bytes:
      return put_bytes(out, node, value, step, rules);
    case Kind::timestamp:
    case Kind::duration:
      return put_us(out, node, value, step, rules);
    case Kind::uuid:
      return put_uuid(out, node, value, step);
    case Kind::decimal:
      return put_decimal(out, node, value, step, rules);
    default:
      Py_UNREACHABLE();  // `put_value` gives scalars only
  }
}

}  // namespace kameo::python

#include "array.hpp"
#include "codec.hpp"
#include "encoding.hpp"
#include "values.hpp"

#include <kameo/codec.hpp>
#include <kameo/concat.hpp>

#include <cfloat>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace kameo::python {
namespace {

using schema::Kind;
using schema::TypeDef;

std::string expected(const Node& node, const Rules* rules) {
  return concat("expected ", node.text, rules == nullptr ? std::string() : rules->text);
}

/// The value is not of the type at all, or breaks a rule of its field.
bool wrong(Encoding& out, const Node& node, PyObject* value, const Step* step, const Rules* rules) {
  return out.violate(step, expected(node, rules), value);
}

template <class Number>
bool keeps(const Rules* rules, Number value) {
  if (rules == nullptr) return true;
  const auto* range = std::get_if<Rules::Range<Number>>(&rules->range);
  if (range == nullptr) return true;
  if ((range->min && !(value >= *range->min)) || (range->max && !(value <= *range->max))) {
    return false;
  }
  if (!range->step || *range->step == 0) return true;
  if constexpr (std::is_floating_point_v<Number>) {
    // 0.3 is a multiple of 0.1 to whoever wrote these: rounding is not held against the value.
    return std::abs(std::remainder(value, *range->step)) <= 4 * DBL_EPSILON * std::abs(value);
  } else {
    return value % *range->step == 0;
  }
}

bool keeps_size(const Rules* rules, Py_ssize_t size) {
  if (rules == nullptr) return true;
  const auto n = static_cast<std::uint64_t>(size);
  return (!rules->min_size || n >= *rules->min_size) && (!rules->max_size || n <= *rules->max_size);
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
  if (overflow != 0 || !std::in_range<Number>(wide) ||
      !keeps<std::int64_t>(rules, std::int64_t{wide})) {
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
  if (rules != nullptr && rules->pattern) {
    const Ref match(PyObject_CallOneArg(rules->pattern.get(), value));
    if (!match) return false;
    if (match.get() == Py_None) return wrong(out, node, value, step, rules);
  }
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(value, &size);
  if (data == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return false;
    PyErr_Clear();
    return out.violate(step, concat(expected(node, rules), " without lone surrogates"), value);
  }
  if (size > UINT32_MAX) return out.violate(step, "longer than 4 GiB", nullptr);
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

/// 1, 0, or -1 with an exception set.
int decimal_keeps(const Rules* rules, PyObject* value) {
  if (rules == nullptr) return 1;
  int keeps = 1;
  if (rules->decimal_min) {
    keeps = PyObject_RichCompareBool(value, rules->decimal_min.get(), Py_GE);
  }
  if (keeps == 1 && rules->decimal_max) {
    keeps = PyObject_RichCompareBool(value, rules->decimal_max.get(), Py_LE);
  }
  return keeps;
}

bool put_decimal(Encoding& out, const Node& node, PyObject* value, const Step* step,
                 const Rules* rules) {
  return put_converted(out, node, value, step, rules, decimal_to, [&](const Decimal& decimal) {
    const int keeps = decimal_keeps(rules, value);
    if (keeps <= 0) return keeps == 0 && wrong(out, node, value, step, rules);
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

// Containers -----------------------------------------------------------------------------------

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
  if ((fixed && size != static_cast<Py_ssize_t>(node.dims[0])) || !keeps_size(rules, size)) {
    return wrong(out, node, value, step, rules);
  }
  if (!fixed) out.count(static_cast<std::size_t>(size));
  const bool unique = rules != nullptr && rules->unique;
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

// Named types ----------------------------------------------------------------------------------

bool put_field(Encoding& out, const FieldPlan& field, PyObject* value, const Step* step) {
  const Step here{step, &field};
  return put_value(out, *field.node, value, &here, field.rules.get());
}

bool put_missing(Encoding& out, const FieldPlan& field, const Step* step) {
  if (field.default_value != nullptr) {
    const auto value = decode(*field.node, *field.default_value, out.limits);
    return value && put_field(out, field, value.get(), step);
  }
  if (field.node->kind == Kind::optional) return put_field(out, field, Py_None, step);
  const Step here{step, &field};
  return out.violate(&here, concat("missing; ", expected(*field.node, field.rules.get())), nullptr);
}

bool put_instance(Encoding& out, const Record& record, PyObject* value, const Step* step) {
  const auto* memory = reinterpret_cast<const char*>(value);
  for (const auto& field : record.fields) {
    // A reference of our own: what is called for a field may set it anew.
    const auto held = Ref::share(*reinterpret_cast<PyObject* const*>(memory + field.offset));
    const bool done =
        held ? put_field(out, field, held.get(), step) : put_missing(out, field, step);
    if (!done) return false;
  }
  return true;
}

std::string known_fields(const Record& record) {
  std::string text;
  for (const auto& field : record.fields) text += concat(text.empty() ? "" : ", ", field.name);
  return text.empty() ? std::string("none") : text;
}

bool tell_unknown_keys(Encoding& out, const Record& record, PyObject* dict, const Step* step) {
  PyObject* key = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(dict, &position, &key, nullptr)) {
    bool known = false;
    for (const auto& field : record.fields) {
      known = known || (PyUnicode_Check(key) && PyUnicode_Compare(key, field.key.get()) == 0);
    }
    if (known) continue;
    const auto name = PyUnicode_Check(key) ? Ref(PyObject_Str(key)) : Ref(PyObject_Repr(key));
    if (!name) return false;
    const char* text = PyUnicode_AsUTF8(name.get());
    if (text == nullptr) PyErr_Clear();
    out.violate(step,
                concat("unknown field `", text == nullptr ? "?" : text, "`; the fields are ",
                       known_fields(record)),
                nullptr);
  }
  return true;
}

bool put_dict(Encoding& out, const Record& record, PyObject* dict, const Step* step) {
  Py_ssize_t found = 0;
  for (const auto& field : record.fields) {
    const auto value = Ref::share(PyDict_GetItemWithError(dict, field.key.get()));
    if (!value && PyErr_Occurred()) return false;
    found += value ? 1 : 0;
    const bool done =
        value ? put_field(out, field, value.get(), step) : put_missing(out, field, step);
    if (!done) return false;
  }
  return found == PyDict_GET_SIZE(dict) || tell_unknown_keys(out, record, dict, step);
}

bool is_instance(const Record& record, PyObject* value) {
  return record.type &&
         PyObject_TypeCheck(value, reinterpret_cast<PyTypeObject*>(record.type.get()));
}

bool put_enumeration(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  const auto& members = node.shape->members;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].get() == value) {
      out.put(static_cast<std::uint16_t>(i));
      return true;
    }
  }
  const auto& names = node.shape->member_names;
  for (std::size_t i = 0; PyUnicode_Check(value) && i < names.size(); ++i) {
    if (PyUnicode_Compare(names[i].get(), value) == 0) {
      out.put(static_cast<std::uint16_t>(i));
      return true;
    }
  }
  std::string text = concat("expected ", node.text, " (");
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += concat(i == 0 ? "" : ", ", PyUnicode_AsUTF8(names[i].get()));
  }
  return out.violate(step, text + ")", value);
}

std::string tags(const Shape& shape) {
  std::string text;
  for (const auto& variant : shape.variants) {
    text += concat(text.empty() ? "" : ", ", variant.name);
  }
  return text;
}

/// The data form: `"cancel"` or `{"limit": …}`.
bool put_union_data(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  const auto& shape = *node.shape;
  PyObject* tag = value;
  PyObject* inner = nullptr;
  if (PyDict_Check(value) && PyDict_GET_SIZE(value) == 1) {
    Py_ssize_t position = 0;
    PyDict_Next(value, &position, &tag, &inner);
  }
  if (!PyUnicode_Check(tag)) {
    return out.violate(step, concat("expected ", node.text, ", one of ", tags(shape)), value);
  }
  for (std::size_t i = 0; i < shape.variants.size(); ++i) {
    const auto& variant = shape.variants[i];
    if (PyUnicode_Compare(variant.key.get(), tag) != 0) continue;
    const bool unit = variant.shape == schema::Variant::Shape::unit;
    const Step here{step, nullptr, nullptr, -1, variant.name};
    if (unit != (inner == nullptr)) {
      return out.violate(&here,
                         unit ? concat("carries nothing; write it as \"", variant.name, "\"")
                              : concat("expected {\"", variant.name, "\": …}"),
                         value);
    }
    out.put(static_cast<std::uint16_t>(i));
    if (unit) return true;
    const auto held = Ref::share(inner);
    if (variant.shape == schema::Variant::Shape::value) {
      const auto& field = variant.record.fields[0];
      return put_value(out, *field.node, held.get(), &here, field.rules.get());
    }
    if (PyDict_Check(held.get())) return put_dict(out, variant.record, held.get(), &here);
    return out.violate(&here, concat("expected a dict of ", known_fields(variant.record)),
                       held.get());
  }
  return out.violate(step, concat("unknown tag; ", node.text, " has ", tags(shape)), tag);
}

bool put_union(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  const auto& variants = node.shape->variants;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (!is_instance(variants[i].record, value)) continue;
    out.put(static_cast<std::uint16_t>(i));
    const Step here{step, nullptr, nullptr, -1, variants[i].name};
    return put_instance(out, variants[i].record, value, &here);
  }
  return put_union_data(out, node, value, step);
}

bool put_structure(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  const auto& record = node.shape->record;
  if (is_instance(record, value)) return put_instance(out, record, value, step);
  if (PyDict_Check(value)) return put_dict(out, record, value, step);
  return wrong(out, node, value, step, nullptr);
}

bool put_named(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  if (node.shape->form == TypeDef::Form::enumeration) {
    return put_enumeration(out, node, value, step);
  }
  if (out.depth == out.limits.depth) {
    return out.violate(step, concat("nested deeper than CodecLimits::depth, ", out.limits.depth),
                       nullptr);
  }
  ++out.depth;
  const bool done = node.shape->form == TypeDef::Form::structure
                        ? put_structure(out, node, value, step)
                        : put_union(out, node, value, step);
  --out.depth;
  return done;
}

bool put_bool(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  if (!PyBool_Check(value)) return wrong(out, node, value, step, nullptr);
  out.put(static_cast<std::uint8_t>(value == Py_True));
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

bool put_value(Encoding& out, const Node& node, PyObject* value, const Step* step,
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
  }
  Py_UNREACHABLE();
}

}  // namespace kameo::python

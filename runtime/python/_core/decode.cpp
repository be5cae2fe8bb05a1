#include "codec.hpp"

#include "array.hpp"
#include "decode_limits.hpp"
#include "values.hpp"

#include <kameo/codec.hpp>

#include <cstring>

namespace kameo::python {
namespace {

using schema::Kind;
using schema::TypeDef;

/// The decoder, and whether some field that it has read breaks its limits.
struct Input : Decoder {
  using Decoder::Decoder;
  bool broken = false;
};

Ref value_of(Input& in, const Node& node);

Ref field_of(Input& in, const FieldPlan& field) {
  auto value = value_of(in, *field.node);
  if (value && field.rules && in.ok() && !keeps_limits(field, value.get())) in.broken = true;
  return value;
}

Ref text_of(Decoder& in) {
  const auto bytes = in.bytes();
  // Python's own decoder is as strict as ours, so looking once is enough.
  Ref text(PyUnicode_DecodeUTF8(reinterpret_cast<const char*>(bytes.data()),
                                static_cast<Py_ssize_t>(bytes.size()), "strict"));
  if (!text && PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) {
    PyErr_Clear();
    in.fail("text that is not UTF-8");
    return Ref::share(Py_None);
  }
  return text;
}

Ref bytes_of(Decoder& in) {
  const auto bytes = in.bytes();
  return Ref(PyBytes_FromStringAndSize(reinterpret_cast<const char*>(bytes.data()),
                                       static_cast<Py_ssize_t>(bytes.size())));
}

/// A slotted instance, its fields written at their offsets.
Ref instance_of(Input& in, const Record& record) {
  auto* type = reinterpret_cast<PyTypeObject*>(record.type.get());
  Ref made;
  if (record.plain) {
    made = Ref(type->tp_alloc(type, 0));
  } else {
    const Ref no_arguments(PyTuple_New(0));
    if (no_arguments) made = Ref(type->tp_new(type, no_arguments.get(), nullptr));
  }
  if (!made) return {};
  auto* memory = reinterpret_cast<char*>(made.get());
  for (const auto& field : record.fields) {
    auto value = field_of(in, field);
    if (!value) return {};
    *reinterpret_cast<PyObject**>(memory + field.offset) = value.release();
  }
  return made;
}

Ref dict_of(Input& in, const Record& record) {
  Ref made(PyDict_New());
  if (!made) return {};
  for (const auto& field : record.fields) {
    const auto value = field_of(in, field);
    if (!value || PyDict_SetItem(made.get(), field.key.get(), value.get()) < 0) return {};
  }
  return made;
}

Ref record_of(Input& in, const Record& record) {
  return record.type ? instance_of(in, record) : dict_of(in, record);
}

/// `"cancel"`, `{"market": 5}`, `{"limit": {…}}`: a union's data form.
Ref data_of(Input& in, const VariantPlan& variant) {
  if (variant.shape == schema::Variant::Shape::unit) return variant.key;
  const auto inner = variant.shape == schema::Variant::Shape::value
                         ? field_of(in, variant.record.fields[0])
                         : dict_of(in, variant.record);
  if (!inner) return {};
  Ref made(PyDict_New());
  if (!made || PyDict_SetItem(made.get(), variant.key.get(), inner.get()) < 0) return {};
  return made;
}

Ref named_of(Input& in, const Shape& shape) {
  if (shape.form == TypeDef::Form::enumeration) {
    const auto index = in.tag(static_cast<std::uint16_t>(shape.members.size()), shape.name);
    return in.ok() ? shape.members[index] : Ref::share(Py_None);
  }
  if (!in.enter()) return Ref::share(Py_None);
  Ref made;
  if (shape.form == TypeDef::Form::structure) {
    made = record_of(in, shape.record);
  } else {
    const auto index = in.tag(static_cast<std::uint16_t>(shape.variants.size()), shape.name);
    if (!in.ok()) return Ref::share(Py_None);
    const auto& variant = shape.variants[index];
    made = variant.record.type ? instance_of(in, variant.record) : data_of(in, variant);
  }
  in.leave();
  return made;
}

Ref list_of(Input& in, const Node& element, std::size_t count) {
  Ref made(PyList_New(static_cast<Py_ssize_t>(count)));
  if (!made) return {};
  for (std::size_t i = 0; i < count; ++i) {
    // Once the payload is known to be bad the rest of the list is not worth its memory.
    auto value = in.ok() ? value_of(in, element) : Ref::share(Py_None);
    if (!value) return {};
    PyList_SET_ITEM(made.get(), static_cast<Py_ssize_t>(i), value.release());
  }
  return made;
}

Ref set_of(Input& in, const Node& element) {
  Ref made(PySet_New(nullptr));
  if (!made) return {};
  const auto count = in.count(element.min_bytes);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const auto value = value_of(in, element);
    if (!value || PySet_Add(made.get(), value.get()) < 0) return {};
  }
  if (in.ok() && PySet_GET_SIZE(made.get()) != static_cast<Py_ssize_t>(count)) {
    in.fail("an element twice in a set");
  }
  return made;
}

Ref map_of(Input& in, const Node& key_node, const Node& value_node) {
  Ref made(PyDict_New());
  if (!made) return {};
  const auto count = in.count(key_node.min_bytes);
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const auto key = value_of(in, key_node);
    if (!key) return {};
    const auto value = value_of(in, value_node);
    if (!value || PyDict_SetItem(made.get(), key.get(), value.get()) < 0) return {};
  }
  if (in.ok() && PyDict_GET_SIZE(made.get()) != static_cast<Py_ssize_t>(count)) {
    in.fail("a key twice in a map");
  }
  return made;
}

Ref tuple_of(Input& in, const std::vector<const Node*>& parts) {
  Ref made(PyTuple_New(static_cast<Py_ssize_t>(parts.size())));
  if (!made) return {};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto value = value_of(in, *parts[i]);
    if (!value) return {};
    PyTuple_SET_ITEM(made.get(), static_cast<Py_ssize_t>(i), value.release());
  }
  return made;
}

Ref uuid_of(Decoder& in) {
  Uuid uuid;
  const auto bytes = in.take(uuid.bytes.size());
  if (!in.ok()) return Ref::share(Py_None);
  std::memcpy(uuid.bytes.data(), bytes.data(), bytes.size());
  return uuid_from(uuid);
}

Ref decimal_of(Decoder& in) {
  Decimal decimal;
  Codec<Decimal>::read(in, decimal);
  return in.ok() ? decimal_from_text(to_string(decimal)) : Ref::share(Py_None);
}

/// After a failure of `in` the value is anything; `decode` drops it.
Ref value_of(Input& in, const Node& node) {
  switch (node.kind) {
    case Kind::boolean:
      return Ref::share(in.flag() ? Py_True : Py_False);
    case Kind::i8:
      return Ref(PyLong_FromLong(in.get<std::int8_t>()));
    case Kind::i16:
      return Ref(PyLong_FromLong(in.get<std::int16_t>()));
    case Kind::i32:
      return Ref(PyLong_FromLong(in.get<std::int32_t>()));
    case Kind::i64:
      return Ref(PyLong_FromLongLong(in.get<std::int64_t>()));
    case Kind::u8:
      return Ref(PyLong_FromLong(in.get<std::uint8_t>()));
    case Kind::u16:
      return Ref(PyLong_FromLong(in.get<std::uint16_t>()));
    case Kind::u32:
      return Ref(PyLong_FromUnsignedLong(in.get<std::uint32_t>()));
    case Kind::u64:
      return Ref(PyLong_FromUnsignedLongLong(in.get<std::uint64_t>()));
    case Kind::f32:
      return Ref(PyFloat_FromDouble(static_cast<double>(in.get<float>())));
    case Kind::f64:
      return Ref(PyFloat_FromDouble(in.get<double>()));
    case Kind::string:
      return text_of(in);
    case Kind::bytes:
      return bytes_of(in);
    case Kind::timestamp:
      return datetime_from_us(in.get<std::int64_t>());
    case Kind::duration:
      return timedelta_from_us(in.get<std::int64_t>());
    case Kind::uuid:
      return uuid_of(in);
    case Kind::decimal:
      return decimal_of(in);
    case Kind::optional:
      return in.flag() ? value_of(in, *node.args[0]) : Ref::share(Py_None);
    case Kind::list:
      return list_of(in, *node.args[0], in.count(node.args[0]->min_bytes));
    case Kind::set:
      return set_of(in, *node.args[0]);
    case Kind::map:
      return map_of(in, *node.args[0], *node.args[1]);
    case Kind::fixed_array:
      return list_of(in, *node.args[0], node.dims[0]);
    case Kind::tuple:
      return tuple_of(in, node.args);
    case Kind::numeric_array:
      return array_of(in, node);
    case Kind::named:
      return named_of(in, *node.shape);
  }
  Py_UNREACHABLE();
}

}  // namespace

Ref decode(const Node& node, ByteView payload, const CodecLimits& limits) {
  Input in(payload, limits);
  auto value = value_of(in, node);
  if (!value) return {};
  in.finish();
  if (!in.ok()) {
    const auto& message = in.error()->message();
    PyErr_SetString(PyExc_ValueError, message.c_str());
    return {};
  }
  if (in.broken) {
    raise_broken_limits(node, value.get(), limits);
    return {};
  }
  return value;
}

}  // namespace kameo::python

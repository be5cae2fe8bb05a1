#include "codec.hpp"
#include "encoding.hpp"

#include <kameo/concat.hpp>

namespace kameo::python {
namespace {

using schema::Kind;
using schema::TypeDef;

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
    const bool secret =
        variant.shape == schema::Variant::Shape::value && variant.record.fields[0].secret;
    const Step here{step, nullptr, nullptr, -1, variant.name, secret};
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

/// A variant of one value is one step of a path, not two.
bool put_variant(Encoding& out, const VariantPlan& variant, PyObject* value, const Step* step) {
  if (variant.shape != schema::Variant::Shape::value) {
    const Step here{step, nullptr, nullptr, -1, variant.name};
    return put_instance(out, variant.record, value, &here);
  }
  const auto& field = variant.record.fields[0];
  const Step here{step, nullptr, nullptr, -1, variant.name, field.secret};
  const auto* memory = reinterpret_cast<const char*>(value);
  const auto held = Ref::share(*reinterpret_cast<PyObject* const*>(memory + field.offset));
  if (held) return put_value(out, *field.node, held.get(), &here, field.rules.get());
  return out.violate(&here, concat("missing; ", expected(*field.node, field.rules.get())), nullptr);
}

bool put_union(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  const auto& variants = node.shape->variants;
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (!is_instance(variants[i].record, value)) continue;
    out.put(static_cast<std::uint16_t>(i));
    return put_variant(out, variants[i], value, step);
  }
  return put_union_data(out, node, value, step);
}

bool put_structure(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  const auto& record = node.shape->record;
  if (is_instance(record, value)) return put_instance(out, record, value, step);
  if (PyDict_Check(value)) return put_dict(out, record, value, step);
  return wrong(out, node, value, step, nullptr);
}

}  // namespace

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

}  // namespace kameo::python

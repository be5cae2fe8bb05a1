#include "plan.hpp"

#include "array.hpp"
#include "values.hpp"

#include <kameo/concat.hpp>

#include <algorithm>

namespace kameo::python {
namespace {

using schema::Kind;
using schema::TypeDef;

std::string full_name(const TypeDef& def) {
  return concat(def.package, ".", def.name);
}

/// The offset of a slot, or -1 with an exception set.
Py_ssize_t slot_offset(PyObject* type, PyObject* name) {
  const Ref descriptor(PyObject_GetAttr(type, name));
  if (!descriptor) return -1;
  if (Py_TYPE(descriptor.get()) == &PyMemberDescr_Type) {
    const auto* member = reinterpret_cast<PyMemberDescrObject*>(descriptor.get())->d_member;
    if (member->type == T_OBJECT_EX) return member->offset;
  }
  PyErr_Format(PyExc_TypeError, "%R.%U is no slot; generate the package anew", type, name);
  return -1;
}

bool import_for(Kind kind) {
  switch (kind) {
    case Kind::timestamp:
    case Kind::duration:
      return import_datetime();
    case Kind::uuid:
      return import_uuid();
    case Kind::decimal:
      return import_decimal();
    case Kind::numeric_array:
      return import_numpy();
    default:
      return true;
  }
}

Ref interned(const std::string& text) {
  PyObject* name = PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
  if (name != nullptr) PyUnicode_InternInPlace(&name);
  return Ref(name);
}

}  // namespace

Plans::Plans(schema::Package package, Ref types)
    : package_(std::move(package)), types_(std::move(types)) {}

const Node* Plans::node(std::uint32_t type_index) {
  if (const auto known = node_of_.find(type_index); known != node_of_.end()) return known->second;
  schema::Type type;
  type.kind = Kind::named;
  type.ref = type_index;
  const auto* made = node(type);
  if (made != nullptr) node_of_.emplace(type_index, made);
  return made;
}

const Node* Plans::node(const schema::Type& declared) {
  const auto& type = schema::resolve(package_, declared);
  if (!import_for(type.kind)) return nullptr;
  auto& node = nodes_.emplace_back();
  node.kind = type.kind;
  node.dims = type.dims;
  node.text = schema::to_string(package_, type);
  node.min_bytes = std::max<std::size_t>(schema::min_encoded_bytes(package_, type), 1);
  for (const auto& argument : type.args) {
    const auto* made = this->node(argument);
    if (made == nullptr) return nullptr;
    node.args.push_back(made);
  }
  if (type.kind == Kind::named) {
    node.shape = shape(type.ref);
    if (node.shape == nullptr) return nullptr;
  }
  return &node;
}

const Shape* Plans::shape(std::uint32_t type_index) {
  if (const auto known = shape_of_.find(type_index); known != shape_of_.end()) {
    return known->second;
  }
  auto& shape = shapes_.emplace_back();
  // Known before it is filled: a recursive type meets itself there.
  shape_of_.emplace(type_index, &shape);
  return fill(shape, package_.types[type_index]) ? &shape : nullptr;
}

bool Plans::fill(Shape& shape, const TypeDef& def) {
  shape.name = full_name(def);
  shape.form = def.form;
  PyObject* type = types_ ? PyDict_GetItemString(types_.get(), shape.name.c_str()) : nullptr;
  switch (def.form) {
    case TypeDef::Form::structure:
      return fill(shape.record, def.fields, type);
    case TypeDef::Form::enumeration:
      return fill_enumeration(shape, def, type);
    case TypeDef::Form::tagged_union:
      return fill_union(shape, def, type);
    case TypeDef::Form::alias:
      break;  // `resolve` has followed it
  }
  return true;
}

bool Plans::fill(Record& record, const std::vector<schema::Field>& fields, PyObject* type) {
  Ref slots;
  if (type != nullptr) {
    if (!PyType_Check(type)) {
      PyErr_Format(PyExc_TypeError, "%R is no class", type);
      return false;
    }
    record.type = Ref::share(type);
    auto* object = reinterpret_cast<PyTypeObject*>(type);
    record.plain = object->tp_new == PyBaseObject_Type.tp_new;
    slots = Ref(PyObject_GetAttrString(type, "__slots__"));
    if (slots) slots = Ref(PySequence_Tuple(slots.get()));
    if (!slots) return false;
    if (static_cast<std::size_t>(PyTuple_GET_SIZE(slots.get())) != fields.size()) {
      PyErr_Format(PyExc_TypeError, "%R has %zd slots, the schema %zu fields", type,
                   PyTuple_GET_SIZE(slots.get()), fields.size());
      return false;
    }
  }
  record.fields.reserve(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& field = fields[i];
    FieldPlan plan;
    plan.name = field.name;
    plan.key = interned(field.name);
    if (!plan.key) return false;
    plan.node = node(field.type);
    if (plan.node == nullptr) return false;
    const auto* ruled = plan.node->kind == Kind::optional ? plan.node->args[0] : plan.node;
    plan.rules = make_rules(field.limits, ruled->kind);
    plan.default_value = field.default_value ? &*field.default_value : nullptr;
    plan.secret = field.secret;
    if (slots) {
      plan.offset = slot_offset(type, PyTuple_GET_ITEM(slots.get(), static_cast<Py_ssize_t>(i)));
      if (plan.offset < 0) return false;
    }
    record.fields.push_back(std::move(plan));
  }
  return true;
}

bool Plans::fill_enumeration(Shape& shape, const TypeDef& def, PyObject* type) {
  for (const auto& value : def.values) {
    shape.member_names.push_back(interned(value.name));
    if (!shape.member_names.back()) return false;
  }
  // A function gives the class, or None where it has other values: only who uses an enum makes it.
  Ref made;
  if (type != nullptr && PyFunction_Check(type)) {
    made = Ref(PyObject_CallNoArgs(type));
    if (!made) return false;
    type = made.get() == Py_None ? nullptr : made.get();
  }
  if (type == nullptr) {
    shape.members = shape.member_names;
    return true;
  }
  const Ref members(PySequence_List(type));
  if (!members) return false;
  if (static_cast<std::size_t>(PyList_GET_SIZE(members.get())) != def.values.size()) {
    PyErr_Format(PyExc_TypeError, "%R has %zd members, the schema %zu values", type,
                 PyList_GET_SIZE(members.get()), def.values.size());
    return false;
  }
  for (std::size_t i = 0; i < def.values.size(); ++i) {
    shape.members.push_back(Ref::share(PyList_GET_ITEM(members.get(), static_cast<Py_ssize_t>(i))));
  }
  return true;
}

bool Plans::fill_union(Shape& shape, const TypeDef& def, PyObject* types) {
  if (types != nullptr && (!PyTuple_Check(types) || static_cast<std::size_t>(PyTuple_GET_SIZE(
                                                        types)) != def.variants.size())) {
    PyErr_Format(PyExc_TypeError, "%s: expected a tuple of %zu classes, got %R", shape.name.c_str(),
                 def.variants.size(), types);
    return false;
  }
  // A variant may hold its own union, which then looks at `variants` while it grows.
  shape.variants.resize(def.variants.size());
  for (std::size_t i = 0; i < def.variants.size(); ++i) {
    auto& variant = shape.variants[i];
    variant.name = def.variants[i].name;
    variant.key = interned(variant.name);
    if (!variant.key) return false;
    variant.shape = def.variants[i].shape;
    auto* type = types == nullptr ? nullptr : PyTuple_GET_ITEM(types, static_cast<Py_ssize_t>(i));
    if (!fill(variant.record, def.variants[i].fields, type)) return false;
  }
  return true;
}

}  // namespace kameo::python

#include "schema_type.hpp"

#include "codec.hpp"
#include "module.hpp"

#include <kameo/concat.hpp>
#include <kameo/wire/limits.hpp>

#include <array>

namespace kameo::python {
namespace {

using schema::TypeDef;
using schema::Variant;

const char* to_string(TypeDef::Form form) noexcept {
  switch (form) {
    case TypeDef::Form::structure:
      return "struct";
    case TypeDef::Form::enumeration:
      return "enum";
    case TypeDef::Form::tagged_union:
      return "union";
    case TypeDef::Form::alias:
      return "alias";
  }
  return "";
}

const char* to_string(Variant::Shape shape) noexcept {
  switch (shape) {
    case Variant::Shape::unit:
      return "unit";
    case Variant::Shape::value:
      return "value";
    case Variant::Shape::fields:
      return "fields";
  }
  return "";
}

/// A list of what `make` gives for each; empty with an exception set.
template <class Items, class Make>
Ref list_of(const Items& items, Make make) {
  Ref list(PyList_New(0));
  for (const auto& item : items) {
    const Ref made = make(item);
    if (!list || !made || PyList_Append(list.get(), made.get()) < 0) return {};
  }
  return list;
}

Ref name_of(const auto& named) {
  return to_str(named.name);
}

Ref names_of(const TypeDef& def) {
  if (def.form == TypeDef::Form::enumeration) {
    return list_of(def.values, name_of<schema::EnumValue>);
  }
  if (def.form == TypeDef::Form::structure) return list_of(def.fields, name_of<schema::Field>);
  return list_of(def.variants, [](const Variant& variant) {
    const auto fields = list_of(variant.fields, name_of<schema::Field>);
    return fields ? Ref(Py_BuildValue("(ssO)", variant.name.c_str(), to_string(variant.shape),
                                      fields.get()))
                  : Ref();
  });
}

// The type
// -----------------------------------------------------------------------------------------

struct Schema {
  PyObject ob_base;
  Plans* plans;
};

Schema& as_schema(PyObject* object) {
  return *reinterpret_cast<Schema*>(object);
}

PyObject* schema_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  static std::array<char*, 3> names{const_cast<char*>("data"), const_cast<char*>("types"), nullptr};
  Py_buffer data{};
  PyObject* types = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*|O!", names.data(), &data, &PyDict_Type,
                                   &types)) {
    return nullptr;
  }
  auto package = schema::from_bytes(
      {static_cast<const std::byte*>(data.buf), static_cast<std::size_t>(data.len)});
  PyBuffer_Release(&data);
  if (!package) {
    PyErr_SetString(PyExc_ValueError, package.error().what());
    return nullptr;
  }
  const Ref made(type->tp_alloc(type, 0));
  if (!made) return nullptr;
  as_schema(made.get()).plans = new Plans(std::move(*package), Ref::share(types));
  return Ref(made).release();
}

void schema_dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  delete as_schema(self).plans;
  type->tp_free(self);
  Py_DECREF(type);
}

const Node* named_node(PyObject* self, const char* name) {
  auto& plans = *as_schema(self).plans;
  const auto& types = plans.package().types;
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    if (concat(types[i].package, ".", types[i].name) == name) return plans.node(i);
  }
  PyErr_Format(PyExc_KeyError, "no type %s", name);
  return nullptr;
}

PyObject* schema_encode(PyObject* self, PyObject* args) {
  const char* name = nullptr;
  PyObject* value = nullptr;
  if (!PyArg_ParseTuple(args, "sO", &name, &value)) return nullptr;
  return guarded(
      [&]() -> PyObject* {
        const auto* node = named_node(self, name);
        Bytes memory;
        ByteView payload;
        const std::string_view full(name);
        if (node == nullptr || !encode(*node, value, full.substr(full.rfind('.') + 1), memory,
                                       payload, wire::Limits{}.codec)) {
          return nullptr;
        }
        return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(payload.data()),
                                         static_cast<Py_ssize_t>(payload.size()));
      },
      static_cast<PyObject*>(nullptr));
}

PyObject* schema_decode(PyObject* self, PyObject* args) {
  const char* name = nullptr;
  Py_buffer data{};
  if (!PyArg_ParseTuple(args, "sy*", &name, &data)) return nullptr;
  auto* decoded = guarded(
      [&]() -> PyObject* {
        const auto* node = named_node(self, name);
        if (node == nullptr) return nullptr;
        return decode(*node,
                      {static_cast<const std::byte*>(data.buf), static_cast<std::size_t>(data.len)},
                      wire::Limits{}.codec)
            .release();
      },
      static_cast<PyObject*>(nullptr));
  PyBuffer_Release(&data);
  return decoded;
}

PyObject* schema_types(PyObject* self, PyObject*) {
  return types_of(as_schema(self).plans->package()).release();
}

std::array<PyMethodDef, 4> methods{{
    {"encode", schema_encode, METH_VARARGS, "encode(type, value) -> bytes"},
    {"decode", schema_decode, METH_VARARGS, "decode(type, payload): the value"},
    {"types", schema_types, METH_NOARGS, "types(): (full name, form, names) of each"},
    {nullptr, nullptr, 0, nullptr},
}};
std::array<PyType_Slot, 5> slots{
    {{Py_tp_new, slot(schema_new)},
     {Py_tp_dealloc, slot(schema_dealloc)},
     {Py_tp_methods, methods.data()},
     {Py_tp_doc, const_cast<char*>("Schema(data, types={}): a package's types and their codec.")},
     {0, nullptr}}};
PyType_Spec spec{"kameo_runtime._core.Schema", sizeof(Schema), 0, Py_TPFLAGS_DEFAULT, slots.data()};

}  // namespace

Ref types_of(const schema::Package& package) {
  return list_of(package.types, [](const TypeDef& def) {
    const auto names = names_of(def);
    return names ? Ref(Py_BuildValue("(ssO)", concat(def.package, ".", def.name).c_str(),
                                     to_string(def.form), names.get()))
                 : Ref();
  });
}

bool add_schema_type(PyObject* module) {
  const Ref type(PyType_FromModuleAndSpec(module, &spec, nullptr));
  return type && PyModule_AddObjectRef(module, "Schema", type.get()) == 0;
}

}  // namespace kameo::python

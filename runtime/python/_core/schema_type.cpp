#include "schema_type.hpp"

#include "codec.hpp"
#include "data.hpp"
#include "decode_limits.hpp"
#include "module.hpp"

#include <kameo/concat.hpp>
#include <kameo/json/payload.hpp>
#include <kameo/schema/conversion.hpp>
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

PyTypeObject* schema_type = nullptr;

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

/// None with an exception set where there is no type of that name.
std::optional<std::uint32_t> index_of(PyObject* self, const char* name) {
  const auto& types = as_schema(self).plans->package().types;
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    if (concat(types[i].package, ".", types[i].name) == name) return i;
  }
  PyErr_Format(PyExc_KeyError, "no type %s", name);
  return std::nullopt;
}

const Node* named_node(PyObject* self, const char* name) {
  const auto index = index_of(self, name);
  return index ? as_schema(self).plans->node(*index) : nullptr;
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

/// The JSON text of a value; none with an exception set.
std::optional<std::string> text_of(PyObject* self, PyObject* args) {
  const char* name = nullptr;
  PyObject* value = nullptr;
  if (!PyArg_ParseTuple(args, "sO", &name, &value)) return std::nullopt;
  const auto index = index_of(self, name);
  const auto* node = index ? as_schema(self).plans->node(*index) : nullptr;
  if (node == nullptr) return std::nullopt;
  Bytes memory;
  ByteView payload;
  const auto limits = wire::Limits{}.codec;
  if (!encode(*node, value, name_of(*node), memory, payload, limits)) return std::nullopt;
  auto text =
      json::to_text(as_schema(self).plans->package(), json::structure(*index), payload, limits);
  if (text) return std::move(*text);
  PyErr_SetString(PyExc_ValueError, text.error().message().c_str());
  return std::nullopt;
}

PyObject* schema_to_json(PyObject* self, PyObject* args) {
  return guarded(
      [&]() -> PyObject* {
        const auto text = text_of(self, args);
        return text ? to_str(*text).release() : nullptr;
      },
      static_cast<PyObject*>(nullptr));
}

PyObject* schema_to_data(PyObject* self, PyObject* args) {
  return guarded(
      [&]() -> PyObject* {
        const auto text = text_of(self, args);
        if (!text) return nullptr;
        return data_from_json(json::parse(*text).value()).release();
      },
      static_cast<PyObject*>(nullptr));
}

/// The value that `json` describes; led by the schema, so that it is what C++ would read.
PyObject* value_from(PyObject* self, std::uint32_t index, const json::Value& json, bool lenient) {
  auto& plans = *as_schema(self).plans;
  const auto* node = plans.node(index);
  if (node == nullptr) return nullptr;
  const auto limits = wire::Limits{}.codec;
  std::vector<std::string> violations;
  const auto payload = json::to_payload(plans.package(), json::structure(index), json,
                                        name_of(*node), {limits, lenient}, &violations);
  if (!payload) {
    raise_violations(violations);
    return nullptr;
  }
  return decode(*node, *payload, limits).release();
}

PyObject* schema_from_json(PyObject* self, PyObject* args) {
  const char* name = nullptr;
  const char* text = nullptr;
  Py_ssize_t size = 0;
  int lenient = 0;
  if (!PyArg_ParseTuple(args, "ss#|p", &name, &text, &size, &lenient)) return nullptr;
  return guarded(
      [&]() -> PyObject* {
        const auto index = index_of(self, name);
        if (!index) return nullptr;
        const auto json = json::parse({text, static_cast<std::size_t>(size)});
        if (!json) {
          raise_violations({json.error().message()});
          return nullptr;
        }
        return value_from(self, *index, *json, lenient != 0);
      },
      static_cast<PyObject*>(nullptr));
}

PyObject* schema_from_data(PyObject* self, PyObject* args) {
  const char* name = nullptr;
  PyObject* data = nullptr;
  int lenient = 0;
  if (!PyArg_ParseTuple(args, "sO|p", &name, &data, &lenient)) return nullptr;
  return guarded(
      [&]() -> PyObject* {
        const auto index = index_of(self, name);
        if (!index) return nullptr;
        const std::string_view full(name);
        const auto json = json_from_data(data, full.substr(full.rfind('.') + 1));
        return json ? value_from(self, *index, *json, lenient != 0) : nullptr;
      },
      static_cast<PyObject*>(nullptr));
}

PyObject* schema_convert(PyObject* self, PyObject* args) {
  const char* name = nullptr;
  Py_buffer data{};
  PyObject* target = nullptr;
  if (!PyArg_ParseTuple(args, "sy*O!", &name, &data, schema_type, &target)) return nullptr;
  auto* converted = guarded(
      [&]() -> PyObject* {
        const auto from = index_of(self, name);
        const auto to = from ? index_of(target, name) : std::nullopt;
        if (!to) return nullptr;
        const auto source = schema::named_type(*from);
        const auto wanted = schema::named_type(*to);
        const auto conversion = schema::Conversion::make(
            {as_schema(self).plans->package(), source},
            {as_schema(target).plans->package(), wanted}, name, errc::bad_request);
        Bytes memory;
        const auto payload = conversion
                                 ? conversion->convert({static_cast<const std::byte*>(data.buf),
                                                        static_cast<std::size_t>(data.len)},
                                                       memory)
                                 : Result<ByteView>(conversion.error());
        if (!payload) {
          PyErr_SetString(PyExc_ValueError, payload.error().message().c_str());
          return nullptr;
        }
        return PyBytes_FromStringAndSize(reinterpret_cast<const char*>(payload->data()),
                                         static_cast<Py_ssize_t>(payload->size()));
      },
      static_cast<PyObject*>(nullptr));
  PyBuffer_Release(&data);
  return converted;
}

PyObject* schema_types(PyObject* self, PyObject*) {
  return types_of(as_schema(self).plans->package()).release();
}

std::array<PyMethodDef, 9> methods{{
    {"encode", schema_encode, METH_VARARGS, "encode(type, value) -> bytes"},
    {"decode", schema_decode, METH_VARARGS, "decode(type, payload): the value"},
    {"convert", schema_convert, METH_VARARGS,
     "convert(type, payload, to) -> bytes: the payload as another version of the schema has it"},
    {"to_json", schema_to_json, METH_VARARGS, "to_json(type, value) -> str"},
    {"to_data", schema_to_data, METH_VARARGS, "to_data(type, value): the value as plain data"},
    {"from_json", schema_from_json, METH_VARARGS, "from_json(type, text, lenient=False)"},
    {"from_data", schema_from_data, METH_VARARGS, "from_data(type, data, lenient=False)"},
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

Plans* plans_of(PyObject* schema) {
  if (PyObject_TypeCheck(schema, schema_type)) return as_schema(schema).plans;
  PyErr_Format(PyExc_TypeError, "expected a Schema, got %s", Py_TYPE(schema)->tp_name);
  return nullptr;
}

bool add_schema_type(PyObject* module) {
  schema_type = reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &spec, nullptr));
  return schema_type != nullptr &&
         PyModule_AddObjectRef(module, "Schema", reinterpret_cast<PyObject*>(schema_type)) == 0;
}

}  // namespace kameo::python

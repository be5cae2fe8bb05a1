#include "array.hpp"

#include "encoding.hpp"

#include <kameo/codec.hpp>
#include <kameo/concat.hpp>
#include <kameo/numeric_array.hpp>

#include <array>
#include <cstring>
#include <memory>

namespace kameo::python {
namespace {

using schema::Kind;

/// Element types, as the buffer protocol spells them.
const char* format_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::boolean:
      return "?";
    case Kind::i8:
      return "b";
    case Kind::i16:
      return "h";
    case Kind::i32:
      return "i";
    case Kind::i64:
      return "q";
    case Kind::u8:
      return "B";
    case Kind::u16:
      return "H";
    case Kind::u32:
      return "I";
    case Kind::u64:
      return "Q";
    case Kind::f32:
      return "f";
    default:
      return "d";
  }
}

/// `long` and `long long` are one type here, `n` and `q` another pair.
enum class Family { boolean, integer, natural, real, other };
Family family_of(const char* format) noexcept {
  if (format == nullptr) return Family::natural;  // plain bytes
  if (*format == '@' || *format == '=' || *format == '<') ++format;
  if (*format == '\0' || format[1] != '\0') return Family::other;
  if (*format == '?') return Family::boolean;
  if (std::strchr("bhilqn", *format) != nullptr) return Family::integer;
  if (std::strchr("BHILQN", *format) != nullptr) return Family::natural;
  if (std::strchr("fd", *format) != nullptr) return Family::real;
  return Family::other;
}

std::size_t rank_of(const Node& node) noexcept {
  return node.dims.empty() ? 1 : node.dims.size();
}
std::uint32_t declared_dim(const Node& node, std::size_t i) noexcept {
  return node.dims.empty() ? 0 : node.dims[i];
}

/// Owns the memory of one decoded array and lends it through the buffer protocol: what a
/// memoryview's `cast` can't do is an array without elements in two dimensions.
struct ArrayMemory {
  PyObject ob_base;
  std::vector<Py_ssize_t>* shape_and_strides;
  std::byte* data;
  Py_ssize_t size;
  Py_ssize_t item_size;
  const char* format;
};

ArrayMemory* as_memory(PyObject* object) {
  return reinterpret_cast<ArrayMemory*>(object);
}

PyTypeObject* memory_type = nullptr;
/// `numpy.asarray`; `numpy_absent` where numpy is not installed.
PyObject* numpy_asarray = nullptr;
bool numpy_absent = false;

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  auto& memory = *as_memory(self);
  if ((flags & PyBUF_WRITABLE) == PyBUF_WRITABLE) {
    view->obj = nullptr;
    PyErr_SetString(PyExc_BufferError, "a received array is read-only");
    return -1;
  }
  auto& layout = *memory.shape_and_strides;
  const auto rank = layout.size() / 2;
  view->obj = Py_NewRef(self);
  view->buf = memory.data;
  view->len = memory.size;
  view->readonly = 1;
  view->itemsize = memory.item_size;
  view->format = (flags & PyBUF_FORMAT) != 0 ? const_cast<char*>(memory.format) : nullptr;
  view->ndim = static_cast<int>(rank);
  view->shape = (flags & PyBUF_ND) != 0 ? layout.data() : nullptr;
  view->strides = (flags & PyBUF_STRIDES) == PyBUF_STRIDES ? layout.data() + rank : nullptr;
  view->suboffsets = nullptr;
  view->internal = nullptr;
  return 0;
}

void dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  auto& memory = *as_memory(self);
  delete memory.shape_and_strides;
  delete[] memory.data;
  type->tp_free(self);
  Py_DECREF(type);
}

Ref new_memory(Kind kind, const std::vector<std::uint32_t>& shape, ByteView bytes) {
  Ref made(memory_type->tp_alloc(memory_type, 0));
  if (!made) return {};
  auto& memory = *as_memory(made.get());
  memory.item_size = static_cast<Py_ssize_t>(schema::scalar_bytes(kind));
  memory.format = format_of(kind);
  memory.size = static_cast<Py_ssize_t>(bytes.size());
  memory.data = new std::byte[bytes.size() + 1];
  if (!bytes.empty()) std::memcpy(memory.data, bytes.data(), bytes.size());
  auto layout = std::make_unique<std::vector<Py_ssize_t>>(shape.begin(), shape.end());
  layout->resize(shape.size() * 2);
  auto stride = memory.item_size;
  for (std::size_t i = shape.size(); i-- > 0;) {
    (*layout)[shape.size() + i] = stride;
    stride *= (*layout)[i];
  }
  memory.shape_and_strides = layout.release();
  return made;
}

bool is_of_shape(const Node& node, const std::vector<std::uint32_t>& shape) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto declared = declared_dim(node, i);
    if (declared != 0 && declared != shape[i]) return false;
  }
  return true;
}

void put_head(Encoding& out, const Node& node, const std::vector<std::uint32_t>& shape) {
  for (const auto dim : shape) out.put(dim);
  out.align(schema::scalar_bytes(node.args[0]->kind));
}

bool put_buffer(Encoding& out, const Node& node, PyObject* value, const Step* step,
                Py_buffer& view) {
  const auto kind = node.args[0]->kind;
  std::vector<std::uint32_t> shape;
  for (int i = 0; i < view.ndim; ++i) {
    if (view.shape[i] > UINT32_MAX) return wrong(out, node, value, step, nullptr);
    shape.push_back(static_cast<std::uint32_t>(view.shape[i]));
  }
  if (static_cast<std::size_t>(view.itemsize) != schema::scalar_bytes(kind) ||
      family_of(view.format) != family_of(format_of(kind)) || shape.size() != rank_of(node) ||
      !is_of_shape(node, shape)) {
    return wrong(out, node, value, step, nullptr);
  }
  put_head(out, node, shape);
  const auto size = static_cast<std::size_t>(view.len);
  const bool done = size == 0 || PyBuffer_ToContiguous(out.room(size), &view, view.len, 'C') == 0;
  out.at += size;
  return done;
}

bool is_row(PyObject* value) {
  return PyList_Check(value) || PyTuple_Check(value);
}

/// One dimension of nested sequences; the elements are checked like any number of that type.
bool put_rows(Encoding& out, const Node& node, PyObject* value, const Step* step,
              const std::vector<std::uint32_t>& shape, std::size_t level) {
  if (level == shape.size()) return put_value(out, *node.args[0], value, step);
  const Ref row(is_row(value) ? PySequence_Tuple(value) : nullptr);
  if (!row) return !PyErr_Occurred() && wrong(out, node, value, step, nullptr);
  const auto size = PyTuple_GET_SIZE(row.get());
  if (size != static_cast<Py_ssize_t>(shape[level])) {
    return out.violate(step, concat("expected ", shape[level], " elements, as in the first row"),
                       value);
  }
  for (Py_ssize_t i = 0; i < size; ++i) {
    const Step here{step, nullptr, nullptr, i};
    if (!put_rows(out, node, PyTuple_GET_ITEM(row.get(), i), &here, shape, level + 1)) {
      return false;
    }
  }
  return true;
}

bool put_sequence(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  std::vector<std::uint32_t> shape;
  PyObject* first = value;
  for (std::size_t i = 0; i < rank_of(node); ++i) {
    if (first == nullptr) {  // no row to look into: what is declared, else none
      shape.push_back(declared_dim(node, i));
      continue;
    }
    if (!is_row(first)) return wrong(out, node, value, step, nullptr);
    const auto size = PySequence_Fast_GET_SIZE(first);
    shape.push_back(static_cast<std::uint32_t>(size));
    first = size == 0 ? nullptr : PySequence_Fast_GET_ITEM(first, 0);
  }
  if (!is_of_shape(node, shape)) return wrong(out, node, value, step, nullptr);
  put_head(out, node, shape);
  return put_rows(out, node, value, step, shape, 0);
}

}  // namespace

bool import_numpy() {
  if (numpy_asarray != nullptr || numpy_absent) return true;
  const Ref numpy(PyImport_ImportModule("numpy"));
  if (numpy) {
    numpy_asarray = PyObject_GetAttrString(numpy.get(), "asarray");
    return numpy_asarray != nullptr;
  }
  if (!PyErr_ExceptionMatches(PyExc_ModuleNotFoundError)) return false;
  PyErr_Clear();
  numpy_absent = true;
  return true;
}

Ref array_of(Decoder& in, const Node& node) {
  const auto kind = node.args[0]->kind;
  std::vector<std::uint32_t> shape(rank_of(node));
  for (auto& dim : shape) dim = in.get<std::uint32_t>();
  if (in.ok() && !is_of_shape(node, shape)) {
    in.fail("a numeric array that is not of its declared shape");
  }
  in.align(schema::scalar_bytes(kind));
  const auto count = element_count(shape);
  if (count > in.left() / schema::scalar_bytes(kind))
    in.fail("a numeric array larger than its payload");
  if (!in.ok()) return Ref::share(Py_None);
  const auto memory = new_memory(kind, shape, in.take(count * schema::scalar_bytes(kind)));
  if (!memory) return {};
  Ref view(PyMemoryView_FromObject(memory.get()));
  if (!view || numpy_asarray == nullptr) return view;
  return Ref(PyObject_CallOneArg(numpy_asarray, view.get()));
}

bool encode_array(Encoding& out, const Node& node, PyObject* value, const Step* step) {
  if (is_row(value)) return put_sequence(out, node, value, step);
  if (!PyObject_CheckBuffer(value)) return wrong(out, node, value, step, nullptr);
  Py_buffer view{};
  if (PyObject_GetBuffer(value, &view, PyBUF_FULL_RO) < 0) return false;
  const bool done = put_buffer(out, node, value, step, view);
  PyBuffer_Release(&view);
  return done;
}

bool add_array_type(PyObject* module) {
  static std::array<PyType_Slot, 3> slots{
      {{Py_tp_dealloc, slot(dealloc)}, {Py_bf_getbuffer, slot(get_buffer)}, {0, nullptr}}};
  static PyType_Spec spec{"kameo_runtime._core.ArrayMemory", sizeof(ArrayMemory), 0,
                          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots.data()};
  const Ref type(PyType_FromModuleAndSpec(module, &spec, nullptr));
  if (!type) return false;
  memory_type = reinterpret_cast<PyTypeObject*>(Ref(type).release());
  return true;
}

}  // namespace kameo::python

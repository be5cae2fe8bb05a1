#include "scope.hpp"

#include <array>
#include <cstring>

namespace kameo::python {
namespace {

struct Scope {
  PyObject ob_base;
  std::vector<std::uint64_t>* chain;
  PyObject*
      base;  ///< the one that it was made of by `set_traceparent`, or null: its end is this one's
  wire::TimePoint deadline;
  TraceContext trace;
  bool has_deadline;
  bool has_trace;
  bool is_over;
};

PyTypeObject* scope_type = nullptr;
PyObject* current = nullptr;  // the context variable
bool was_set = false;         // by `set_traceparent`, since the last `leave_set_scope`

Scope& as_scope(PyObject* object) noexcept {
  return *reinterpret_cast<Scope*>(object);
}

void dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  delete as_scope(self).chain;
  Py_XDECREF(as_scope(self).base);
  type->tp_free(self);
  Py_DECREF(type);
}

std::array<PyType_Slot, 2> slots{{{Py_tp_dealloc, slot(dealloc)}, {0, nullptr}}};
PyType_Spec spec{"kameo_runtime._core.Scope", sizeof(Scope), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots.data()};

}  // namespace

Ref new_scope(std::optional<wire::TimePoint> deadline, std::span<const std::byte> chain,
              const std::optional<TraceContext>& trace) {
  if (!deadline && chain.empty() && !trace) return {};
  Ref made(scope_type->tp_alloc(scope_type, 0));
  if (!made) return {};
  auto& scope = as_scope(made.get());
  scope.has_deadline = deadline.has_value();
  scope.deadline = deadline.value_or(wire::TimePoint{});
  scope.has_trace = trace.has_value();
  scope.trace = trace.value_or(TraceContext{});
  if (!chain.empty()) {
    scope.chain = new std::vector<std::uint64_t>(chain.size() / sizeof(std::uint64_t));
    std::memcpy(scope.chain->data(), chain.data(), scope.chain->size() * sizeof(std::uint64_t));
  }
  return made;
}

std::optional<wire::TimePoint> deadline_of(const Ref& scope) noexcept {
  if (!scope || !as_scope(scope.get()).has_deadline) return std::nullopt;
  return as_scope(scope.get()).deadline;
}

void end_scope(const Ref& scope) noexcept {
  if (scope) as_scope(scope.get()).is_over = true;
}

Handed handed_on() {
  PyObject* value = nullptr;
  if (PyContextVar_Get(current, nullptr, &value) < 0) PyErr_Clear();
  Handed handed{Ref(value), {}, {}, {}};
  if (value == nullptr || Py_TYPE(value) != scope_type) return {};
  auto& scope = as_scope(value);
  if (scope.is_over || (scope.base != nullptr && as_scope(scope.base).is_over)) return {};
  handed.deadline = deadline_of(handed.scope);
  if (scope.chain != nullptr) handed.chain = *scope.chain;
  if (scope.has_trace) handed.trace = scope.trace;
  return handed;
}

PyObject* traceparent_function(PyObject*, PyObject*) {
  const auto handed = handed_on();
  if (!handed.trace) Py_RETURN_NONE;
  const auto text = to_string(*handed.trace);
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* set_traceparent_function(PyObject*, PyObject* text) {
  std::optional<TraceContext> trace;
  if (text != Py_None) {
    Py_ssize_t size = 0;
    const char* data = PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &size) : nullptr;
    if (data != nullptr) trace = parse_traceparent({data, static_cast<std::size_t>(size)});
    if (!trace) {
      if (PyErr_Occurred() == nullptr) {
        PyErr_Format(PyExc_ValueError, "not a traceparent: %R", text);
      }
      return nullptr;
    }
  }
  const auto handed = handed_on();
  const auto made = new_scope(handed.deadline, std::as_bytes(handed.chain), trace);
  if (!made && PyErr_Occurred() != nullptr) return nullptr;
  if (made && handed.scope) {
    auto* const base = as_scope(handed.scope.get()).base;
    as_scope(made.get()).base = Py_NewRef(base != nullptr ? base : handed.scope.get());
  }
  const Ref token(PyContextVar_Set(current, made ? made.get() : Py_None));
  was_set = true;
  return token ? Py_NewRef(Py_None) : nullptr;
}

void leave_set_scope() noexcept {
  if (!std::exchange(was_set, false)) return;
  const RaisedAside aside;
  if (!Ref(PyContextVar_Set(current, Py_None))) PyErr_Clear();
}

ScopeEntered::ScopeEntered(const Ref& scope) noexcept
    : token_(PyContextVar_Set(current, scope ? scope.get() : Py_None)) {
  // Without memory for it the code within runs as if nothing were to be handed on.
  if (token_ == nullptr) PyErr_Clear();
}

ScopeEntered::~ScopeEntered() {
  if (token_ == nullptr) return;
  const RaisedAside aside;
  if (PyContextVar_Reset(current, token_) < 0) PyErr_Clear();
  Py_DECREF(token_);
}

bool add_scope_type(PyObject*) {
  scope_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  current = PyContextVar_New("kameo_ask", Py_None);
  return scope_type != nullptr && current != nullptr;
}

}  // namespace kameo::python

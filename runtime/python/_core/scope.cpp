#include "scope.hpp"

#include <array>
#include <cstring>

namespace kameo::python {
namespace {

struct Scope {
  PyObject ob_base;
  std::vector<std::uint64_t>* chain;
  wire::TimePoint deadline;
  bool has_deadline;
  bool is_over;
};

PyTypeObject* scope_type = nullptr;
PyObject* current = nullptr;  // the context variable

Scope& as_scope(PyObject* object) noexcept {
  return *reinterpret_cast<Scope*>(object);
}

void dealloc(PyObject* self) {
  auto* type = Py_TYPE(self);
  delete as_scope(self).chain;
  type->tp_free(self);
  Py_DECREF(type);
}

std::array<PyType_Slot, 2> slots{{{Py_tp_dealloc, slot(dealloc)}, {0, nullptr}}};
PyType_Spec spec{"kameo_runtime._core.Scope", sizeof(Scope), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots.data()};

}  // namespace

Ref new_scope(std::optional<wire::TimePoint> deadline, std::span<const std::byte> chain) {
  if (!deadline && chain.empty()) return {};
  Ref made(scope_type->tp_alloc(scope_type, 0));
  if (!made) return {};
  auto& scope = as_scope(made.get());
  scope.has_deadline = deadline.has_value();
  scope.deadline = deadline.value_or(wire::TimePoint{});
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
  Handed handed{Ref(value), {}, {}};
  if (value == nullptr || Py_TYPE(value) != scope_type || as_scope(value).is_over) return {};
  handed.deadline = deadline_of(handed.scope);
  if (const auto* chain = as_scope(value).chain; chain != nullptr) handed.chain = *chain;
  return handed;
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

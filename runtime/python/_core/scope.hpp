#pragma once

#include "ref.hpp"

#include <kameo/wire/session.hpp>

#include <optional>
#include <span>
#include <vector>

/// What an ask hands on to the asks that its handler makes: what is left of its deadline, who waits
/// for it, and the trace that it belongs to. It travels in a context variable, so tasks,
/// `to_thread` and whatever else copies the context have it, too.
namespace kameo::python {

/// New reference to a scope object; empty without an exception where there is nothing to hand on,
/// with one where memory is out.
Ref new_scope(std::optional<wire::TimePoint> deadline, std::span<const std::byte> chain,
              const std::optional<TraceContext>& trace);

/// When the ask has to be over; none for an empty scope.
[[nodiscard]] std::optional<wire::TimePoint> deadline_of(const Ref& scope) noexcept;
/// The ask is answered: what a task of its handler does from here on is the task's own.
void end_scope(const Ref& scope) noexcept;

/// What the code that runs now has to hand on.
struct Handed {
  Ref scope;  ///< keeps `chain`
  std::optional<wire::TimePoint> deadline;
  std::span<const std::uint64_t> chain;
  std::optional<TraceContext> trace;
};
/// Nothing where no ask is being handled, or it has been answered. Leaves no exception.
Handed handed_on();

/// The code within runs for this scope; an empty one for none.
class ScopeEntered {
 public:
  explicit ScopeEntered(const Ref& scope) noexcept;
  ScopeEntered(const ScopeEntered&) = delete;
  ScopeEntered& operator=(const ScopeEntered&) = delete;
  ~ScopeEntered();

 private:
  PyObject* token_;
};

/// The trace that asks made here belong to, as a `traceparent`, or None.
PyObject* traceparent_function(PyObject* module, PyObject*);
/// set_traceparent(text or None): of the asks that the code of this context makes from here on.
PyObject* set_traceparent_function(PyObject* module, PyObject* text);

/// A handler for which no scope was entered has returned: what it set is over.
void leave_set_scope() noexcept;

bool add_scope_type(PyObject* module);

}  // namespace kameo::python

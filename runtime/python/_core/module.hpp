#pragma once

#include "ref.hpp"

#include <kameo/error.hpp>

#include <chrono>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace kameo::python {

/// Raises `kameo_runtime.errors.ValidationError` with all of them.
void raise_violations(const std::vector<std::string>& violations);

/// Raises what `kameo_runtime.errors.from_remote` makes of an error that came over the wire, or
/// that the session itself gave.
void raise_error(const Error& error);

/// Puts what the other side said of its exception to the one for it here.
void fill_error(PyObject* exception, const ErrorData& data);

/// All that `kameo_runtime._describe` can tell of an exception; leaves none raised.
[[nodiscard]] ErrorData describe(PyObject* exception, errc code);

/// A number of seconds above zero, at most a century; none with an exception set.
[[nodiscard]] std::optional<std::chrono::nanoseconds> seconds_from(PyObject* number);
[[nodiscard]] std::string utf8(PyObject* text);  ///< empty where it is no str or not UTF-8
[[nodiscard]] Ref to_str(std::string_view utf8);

/// Nothing of C++ may fly through Python's frames: runs `body` and turns what it throws into a
/// raised exception and `failed`.
template <class Body, class Failed>
auto guarded(Body&& body, Failed failed) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return failed;
}

// Each adds one type to the module; false with an exception set.
bool add_schema_type(PyObject* module);
bool add_call_type(PyObject* module);
bool add_carrier_type(PyObject* module);
bool add_worker_type(PyObject* module);

}  // namespace kameo::python

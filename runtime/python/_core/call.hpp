#pragma once

#include "ref.hpp"

#include <kameo/coder.hpp>
#include <kameo/error.hpp>
#include <kameo/wire/session.hpp>

#include <optional>

/// `_core.Call`: a callback on its way. An asyncio future in all that tasks, `wait_for` and
/// `gather` ask of one, without asyncio being imported; and the one blocking form, `result()`.
namespace kameo::python {

struct RouteEntry;
class Worker;

/// A call that is sent. New reference; null with an exception set.
PyObject* new_call(Worker& worker, const RouteEntry& route, wire::CorrelationId id);
/// A call that needs no answer.
PyObject* new_done_call(Worker& worker, const RouteEntry& route);

// The worker tells a call its end; `call` is borrowed. False with an exception set.
bool complete_call(PyObject* call, ByteView payload, const CodecLimits& limits);
/// Of a Stream, too.
bool fail_call(PyObject* call, const Error& error, const CodecLimits& limits);
bool fail_call(PyObject* call, Ref exception);

/// call(name, request, input)
PyObject* call_function(PyObject* module, PyObject* args);
PyObject* tell_function(PyObject* module, PyObject* args);

}  // namespace kameo::python

#pragma once

#include "ref.hpp"

#include <kameo/wire/session.hpp>

/// `_core.Sink`: the writing end of a stream, for the coroutine that carries an iterable's items
/// into it (`kameo_runtime._aio`).
namespace kameo::python {

struct RouteEntry;
class Worker;

/// Items for the peer's ask `id`, or with `is_input` into ours. New reference; null with an
/// exception set.
PyObject* new_sink(Worker& worker, const RouteEntry& route, wire::CorrelationId id, bool is_input);
/// `sink` is borrowed. False with an exception set.
bool sink_has_credit(PyObject* sink);
bool add_sink_type(PyObject* module);

}  // namespace kameo::python

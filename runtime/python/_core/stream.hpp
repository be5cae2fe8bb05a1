#pragma once

#include "ref.hpp"

#include <kameo/coder.hpp>
#include <kameo/error.hpp>
#include <kameo/wire/session.hpp>

#include <chrono>
#include <deque>
#include <optional>

/// `_core.Stream`: the reading end of a stream. Items of a callback, or the input of a handler.
/// An iterator, async or plain, made in C and not a generator: what drops it has left it, and that
/// tells the other side at once.
namespace kameo::python {

struct RouteEntry;
class Worker;

struct ParkedItem {
  PyObject* item = nullptr;  ///< owned
  std::size_t bytes = 0;     ///< on the wire
};

struct Stream {
  PyObject ob_base;
  Worker* worker;
  const RouteEntry* route;
  wire::CorrelationId id;
  std::deque<ParkedItem>* parked;
  wire::StreamWindow window;
  wire::StreamWindow taken;  ///< since credit was last given
  PyObject* failure;         ///< raised once, when all items have been taken
  /// A future that a task awaits, or null. While it is there the stream holds itself: the task may
  /// be held by nothing else, and must not be collected before it has its item.
  PyObject* waiter;
  std::chrono::nanoseconds idle;  ///< how long one wait for an item may take; 0: as it takes
  bool is_input;
  bool ended;   ///< no more comes
  bool signal;  ///< something came: for those who block
};

inline Stream& as_stream(PyObject* object) noexcept {
  return *reinterpret_cast<Stream*>(object);
}
[[nodiscard]] bool is_stream(PyObject* object) noexcept;

/// The items of our ask `id`, in credit of `window`. New reference; null with an exception set.
PyObject* new_answer_stream(Worker& worker, const RouteEntry& route, wire::CorrelationId id,
                            wire::StreamWindow window);
/// The input of the peer's ask `id`.
PyObject* new_input_stream(Worker& worker, const RouteEntry& route, wire::CorrelationId id);

// What the worker tells it; `stream` is borrowed. False with an exception set.
bool stream_item(PyObject* stream, ByteView payload, const CodecLimits& limits);
/// `failure`, if any, is what the reader gets after the items.
bool stream_ended(PyObject* stream, Ref failure);
bool stream_ended(PyObject* stream, const Error& error);

/// No item came for too long: it ends with `deadline_exceeded`, and its sender is told.
bool stream_idled(PyObject* stream);

// For the types around it.
/// An item is waited for from here on, no longer than `idle`, until `end_wait` with what this
/// gives.
wire::TimePoint begin_wait(Stream& stream);
void end_wait(Stream& stream, wire::TimePoint until) noexcept;
/// The next item; null with an exception set, and without one where none is parked.
PyObject* take_item(Stream& stream);
/// All has been taken: raises how it ended, the first time. A clean end raises nothing.
void raise_end(Stream& stream);
/// The reader goes: the sender is told at once.
void leave(Stream& stream, bool told = false);
/// The next item for plain iteration; waits for it. Null at the end, or with an exception set.
PyObject* next_blocking(PyObject* stream);
/// What `await` steps for the next item. New reference; null with an exception set.
PyObject* new_stream_next(PyObject* stream);
/// The same for one turn of `loop`, which it holds.
PyObject* new_loop_next(PyObject* stream, PyObject* loop);
/// An awaitable that is done.
PyObject* new_done_awaitable(PyObject* value);

bool add_stream_types(PyObject* module);

}  // namespace kameo::python

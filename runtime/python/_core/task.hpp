#pragma once

#include "ref.hpp"
#include "worker.hpp"

#include <unordered_map>

/// Coroutines of handlers as asyncio tasks, without making a task for one that never suspends.
///
/// A spare task, a real `asyncio.Task`, stands ready: it runs a coroutine-like object of ours (the
/// carrier) which on its first step has given it something of ours to wait for (the gate). A
/// handler's coroutine is stepped here, with the spare as the current task. If it ends without
/// suspending, and nobody has taken hold of the task, the spare is used again. If it suspends, the
/// gate opens: the task steps the carrier, which hands it what the coroutine waits for, and from
/// then on the task is an ordinary one. Until then its `cancel()` finds it waiting on a gate that
/// won't be cancelled, and so notes the cancel for its next step, exactly as a running task does.
namespace kameo::python {

struct Carrier;

class TaskStarter {
 public:
  /// `aio` is the module kameo_runtime._aio. Empty with an exception set.
  static std::unique_ptr<TaskStarter> make(PyObject* aio, PyObject* loop);
  ~TaskStarter();

  /// Steps it, and carries it on as a task where it suspends. False with an exception set.
  bool start(Worker& worker, const Job& job, Ref coroutine);
  /// Cancels the task that has this ask in hand, if any. False with an exception set.
  bool cancel(wire::CorrelationId ask);
  /// Whether a task is running; -1 with an exception set.
  int in_coroutine();
  [[nodiscard]] bool is_cancelled_error(PyObject* exception) const;
  void raise_cancelled() const { PyErr_SetNone(cancelled_error_.get()); }
  /// Its job is over. The carrier must be held by the caller.
  void forget(Carrier& carrier);

  /// A coroutine that carries what an async generator gives to the job's asker. Empty with an
  /// exception set.
  Ref run_stream(Worker& worker, const Job& job, Ref items);
  /// A task that carries what an iterable of either kind gives into a call. Empty with an exception
  /// set.
  Ref start_feed(PyObject* sink, PyObject* items);
  /// Ends it, from any thread. False with an exception set.
  bool cancel_task(PyObject* task, bool on_serving_thread);
  /// Lets the task that awaits it go on, from any thread. False with an exception set.
  bool wake(PyObject* future, bool on_serving_thread);
  /// To be awaited for one turn of the loop. Borrowed.
  [[nodiscard]] PyObject* pause() const noexcept { return pause_.get(); }

 private:
  TaskStarter() = default;
  bool make_spare(Worker& worker);
  bool enter(PyObject* task);
  bool leave(PyObject* task);
  bool hand_over(Worker& worker, const Ref& held);

  Ref loop_;
  Ref new_task_;       ///< _aio.new_task(loop, carrier): the task, having made its first step
  Ref register_task_;  ///< asyncio's, as the next two
  Ref enter_task_;
  Ref leave_task_;
  Ref current_task_;
  Ref cancelled_error_;
  Ref run_stream_;  ///< _aio's, as the next four
  Ref feed_;
  Ref wake_;
  Ref pause_;
  Ref spare_;  ///< a Carrier
  Py_ssize_t spare_references_ = 0;
  /// The carriers of what has suspended, until it ends. asyncio holds a task only by what it waits
  /// for: without these the collector would end a handler that waits for one of our own calls.
  std::unordered_map<PyObject*, Ref> carried_;
  std::unordered_map<wire::CorrelationId, PyObject*> open_;  // those with an ask, borrowed
};

}  // namespace kameo::python

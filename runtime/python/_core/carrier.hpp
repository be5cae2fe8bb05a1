#pragma once

#include "gate.hpp"
#include "worker.hpp"

namespace kameo::python {

class TaskStarter;

/// A coroutine to asyncio: what a task runs, with the handler's coroutine inside.
struct Carrier {
  PyObject ob_base;
  enum class Stage : unsigned char {
    opening,   ///< the task has not made its first step
    parked,    ///< the task waits on the gate; no job
    stepping,  ///< a job's first step, outside of the task
    handing,   ///< the task is about to take over what the first step came to
    carried,   ///< the task drives
    ended,
  };

  PyObject* gate;
  PyObject* task;
  PyObject* coroutine;
  PyObject* context;
  PyObject* yielded;  ///< what the first step waits for
  PyObject* result;   ///< what the coroutine returned
  PyObject* raised;   ///< what it raised
  Worker* worker;
  TaskStarter* starter;
  Job job;
  Stage stage;
  char touched;  ///< somebody has called a method of the task that leaves something behind
};

inline Carrier& as_carrier(PyObject* object) noexcept {
  return *reinterpret_cast<Carrier*>(object);
}

/// New reference; null with an exception set.
PyObject* new_carrier(Worker& worker, TaskStarter& starter, PyObject* loop);

/// Steps the coroutine in its context. `exception`, if any, is thrown into it. `yielded` is set
/// for PYGEN_NEXT; else `carrier.result` or `carrier.raised` is.
PySendResult step(Carrier& carrier, PyObject* argument, PyObject* exception, PyObject** yielded);
/// The job has come to its end: answers it and lets go of all that it held.
void report(Carrier& carrier, bool cancelled);
/// Lets go of the coroutine and what it left.
void clear_job(Carrier& carrier);

}  // namespace kameo::python

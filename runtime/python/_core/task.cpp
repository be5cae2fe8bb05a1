#include "task.hpp"

#include "carrier.hpp"
#include "module.hpp"
#include "sink.hpp"

namespace kameo::python {

std::unique_ptr<TaskStarter> TaskStarter::make(PyObject* aio, PyObject* loop) {
  std::unique_ptr<TaskStarter> starter(new TaskStarter);
  starter->loop_ = Ref::share(loop);
  const std::pair<Ref*, const char*> wanted[] = {{&starter->new_task_, "new_task"},
                                                 {&starter->register_task_, "register_task"},
                                                 {&starter->enter_task_, "enter_task"},
                                                 {&starter->leave_task_, "leave_task"},
                                                 {&starter->current_task_, "current_task"},
                                                 {&starter->cancelled_error_, "CancelledError"},
                                                 {&starter->run_stream_, "run_stream"},
                                                 {&starter->feed_, "feed"},
                                                 {&starter->wake_, "wake"},
                                                 {&starter->pause_, "pause"}};
  for (const auto& [function, name] : wanted) {
    *function = Ref(PyObject_GetAttrString(aio, name));
    if (!*function) return nullptr;
  }
  return starter;
}

TaskStarter::~TaskStarter() = default;

bool TaskStarter::make_spare(Worker& worker) {
  const Ref made(new_carrier(worker, *this, loop_.get()));
  if (!made) return false;
  const Ref task(PyObject_CallFunctionObjArgs(new_task_.get(), loop_.get(), made.get(), nullptr));
  if (!task) return false;
  auto& carrier = as_carrier(made.get());
  if (carrier.stage != Carrier::Stage::parked || as_gate(carrier.gate).wakeup == nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "asyncio's task does not wait on kameo's gate");
    return false;
  }
  spare_ = made;
  carrier.task = Ref(task).release();
  spare_references_ = Py_REFCNT(carrier.task) - 1;  // `task` above is one more
  return true;
}

namespace {

bool call_with(const Ref& function, const Ref& loop, PyObject* task) {
  PyObject* arguments[] = {loop.get(), task};
  return static_cast<bool>(Ref(PyObject_Vectorcall(function.get(), arguments, 2, nullptr)));
}

}  // namespace

bool TaskStarter::enter(PyObject* task) {
  return call_with(enter_task_, loop_, task);
}

bool TaskStarter::leave(PyObject* task) {
  return call_with(leave_task_, loop_, task);
}

bool TaskStarter::start(Worker& worker, const Job& job, Ref coroutine) {
  if (!spare_ && !make_spare(worker)) return false;
  const auto held = spare_;
  auto& carrier = as_carrier(held.get());
  carrier.context = PyContext_CopyCurrent();
  if (carrier.context == nullptr) return false;
  carrier.coroutine = coroutine.release();
  carrier.job = job;
  carrier.touched = 0;
  carrier.stage = Carrier::Stage::stepping;

  if (!enter(carrier.task)) return false;
  PyObject* yielded = nullptr;
  const auto status = step(carrier, Py_None, nullptr, &yielded);
  if (!leave(carrier.task)) return false;

  if (status == PYGEN_NEXT) {
    carrier.yielded = yielded;
    return hand_over(worker, held);
  }
  // The frame may hold the task; it goes before the references are counted.
  Py_CLEAR(carrier.coroutine);
  if (carrier.touched != 0 || Py_REFCNT(carrier.task) != spare_references_) {
    return hand_over(worker, held);
  }
  const bool cancelled = carrier.raised != nullptr && is_cancelled_error(carrier.raised);
  report(carrier, cancelled);
  carrier.stage = Carrier::Stage::parked;
  return true;
}

/// The spare becomes the task of its job.
bool TaskStarter::hand_over(Worker& worker, const Ref& held) {
  spare_.reset();
  auto& carrier = as_carrier(held.get());
  carrier.stage = Carrier::Stage::handing;
  carried_.emplace(held.get(), held);
  if (carrier.job.ask != 0) open_.emplace(carrier.job.ask, held.get());
  worker.watch_job(carrier.job);
  const Ref registered(PyObject_CallOneArg(register_task_.get(), carrier.task));
  const auto gate = Ref::share(carrier.gate);
  const Ref wakeup(std::exchange(as_gate(gate.get()).wakeup, nullptr));
  return registered && Ref(PyObject_CallOneArg(wakeup.get(), gate.get()));
}

void TaskStarter::forget(Carrier& carrier) {
  open_.erase(carrier.job.ask);
  carried_.erase(reinterpret_cast<PyObject*>(&carrier));
}

bool TaskStarter::cancel(wire::CorrelationId ask) {
  const auto found = open_.find(ask);
  if (found == open_.end()) return true;  // ended meanwhile, or a sync handler has it in hand
  const auto task = Ref::share(as_carrier(found->second).task);
  return !task || Ref(PyObject_CallMethod(task.get(), "cancel", nullptr));
}

Ref TaskStarter::run_stream(Worker& worker, const Job& job, Ref items) {
  const Ref sink(new_sink(worker, *job.route, job.ask, false));
  if (!sink) return {};
  return Ref(PyObject_CallFunctionObjArgs(run_stream_.get(), sink.get(), items.get(), nullptr));
}

Ref TaskStarter::start_feed(PyObject* sink, PyObject* items) {
  const Ref coroutine(PyObject_CallFunctionObjArgs(feed_.get(), sink, items, nullptr));
  return coroutine ? Ref(PyObject_CallMethod(loop_.get(), "create_task", "O", coroutine.get()))
                   : Ref();
}

bool TaskStarter::cancel_task(PyObject* task, bool on_serving_thread) {
  if (on_serving_thread)
    return static_cast<bool>(Ref(PyObject_CallMethod(task, "cancel", nullptr)));
  const Ref cancel(PyObject_GetAttrString(task, "cancel"));
  return cancel && Ref(PyObject_CallMethod(loop_.get(), "call_soon_threadsafe", "O", cancel.get()));
}

bool TaskStarter::wake(PyObject* future, bool on_serving_thread) {
  if (on_serving_thread) {
    return static_cast<bool>(Ref(PyObject_CallOneArg(wake_.get(), future)));
  }
  return static_cast<bool>(
      Ref(PyObject_CallMethod(loop_.get(), "call_soon_threadsafe", "OO", wake_.get(), future)));
}

bool TaskStarter::is_cancelled_error(PyObject* exception) const {
  return PyErr_GivenExceptionMatches(exception, cancelled_error_.get()) != 0;
}

int TaskStarter::in_coroutine() {
  const Ref task(PyObject_CallOneArg(current_task_.get(), loop_.get()));
  return task ? task.get() != Py_None : -1;
}

}  // namespace kameo::python

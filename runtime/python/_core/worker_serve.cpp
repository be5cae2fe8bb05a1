#include "task.hpp"
#include "worker.hpp"

#include <unistd.h>

#include <algorithm>

/// The loops that serve, and what they do with each event.
namespace kameo::python {

using wire::Event;

namespace {

wire::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

/// False with an exception set.
bool Worker::handle(const Event& event) {
  switch (event.type) {
    case Event::Type::ask:
    case Event::Type::tell:
      return take_message(event);
    case Event::Type::reply:
    case Event::Type::error:
      return end_call(event);
    case Event::Type::item:
      return take_item(event);
    case Event::Type::end:
      return end_call(event);
    case Event::Type::credit:
      return take_credit(event.correlation, false);
    case Event::Type::input_credit:
      return take_credit(event.correlation, true);
    case Event::Type::input_item:
    case Event::Type::input_end:
      return take_input(event);
    case Event::Type::cancel:
      if (on_serving_thread()) return cancel_job(event.correlation);
      cancels_.push_back(event.correlation);
      return true;
    case Event::Type::drain:
      draining_ = true;
      return true;
    case Event::Type::closed:
      closed_ = true;
      wake_threads();
      if (event.error && event.error->code() != errc::session_closed) breach_ = event.error;
      return true;
    default:
      return true;  // none and those of the handshake, which only `receive_welcome` waits for
  }
}

Worker::Ended Worker::ended() const noexcept {
  if (closed_ || forked_) return Ended::closed;
  if (draining_ && jobs_ == 0 && waiting_.empty()) return Ended::drained;
  return Ended::no;
}

Worker::Ended Worker::serve() {
  for (;;) {
    if (!run_waiting()) return Ended::no;
    pump();
    if (!run_waiting()) return Ended::no;  // a stream that came to its end made room
    flush();
    if (!for_loop_.empty()) return Ended::wants_loop;
    if (const auto end = ended(); end != Ended::no) return end;
    if (!(has_ready() ? read_turn() : wait_for_input())) return Ended::no;
  }
}

bool Worker::loop_has_work() {
  for (const char* name : {"_ready", "_scheduled"}) {
    const Ref queue(PyObject_GetAttrString(loop_.get(), name));
    const auto size = queue ? PyObject_Size(queue.get()) : -1;
    if (size < 0) PyErr_Clear();  // another loop than asyncio's own: it looks for itself
    if (size != 0) return true;
  }
  return false;
}

int Worker::select(double timeout) {
  const auto give_up = now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                   std::chrono::duration<double>(std::max(timeout, 0.0)));
  auto coroutines = std::exchange(for_loop_, {});
  for (auto& [job, coroutine] : coroutines) {
    const ScopeEntered entered(job.scope);
    if (!start_coroutine(job, std::move(coroutine))) return -1;
  }
  double left = coroutines.empty() ? timeout : 0;
  for (;;) {
    if (!run_waiting()) return -1;
    pump();
    if (!run_waiting()) return -1;  // a stream that came to its end made room
    flush();
    if (!wake_sinks()) return -1;
    if (stops_loop_ && ended() != Ended::no) {
      const Ref stopped(PyObject_CallMethod(loop_.get(), "stop", nullptr));
      if (!stopped) return -1;
      left = 0;
    } else if (loop_has_work() && timeout < 0) {
      left = 0;  // what was just started wants a turn
    }
    bool other_ready = false;
    const bool may_wait = left != 0;
    if (!wait(has_ready() ? 0 : until_next_timer(left), selector_fd_, &other_ready) ||
        !read_turn() || !run_waiting()) {
      return -1;
    }
    flush();
    if (other_ready) return 1;
    if (!may_wait || loop_has_work()) return 0;
    if (timeout >= 0) {
      left = std::chrono::duration<double>(give_up - now()).count();
      if (left <= 0) return 0;
    }
  }
}

void Worker::attach_loop(std::unique_ptr<TaskStarter> starter, PyObject* loop, int selector_fd) {
  starter_ = std::move(starter);
  loop_ = Ref::share(loop);
  selector_fd_ = selector_fd;
}

void Worker::finish() {
  // Their clean-up may still log; nothing else of it goes out.
  while (!producers_.empty()) stop_producer(producers_.begin()->first, std::nullopt);
  end_calls(Error(errc::session_closed, "the worker has ended"));
  session_.bye();
  write_all(1000);
}

void Worker::forget() noexcept {
  forked_ = true;
  close(fd_);
}

bool Worker::on_serving_thread() const noexcept {
  return PyThread_get_thread_ident() == thread_;
}

}  // namespace kameo::python

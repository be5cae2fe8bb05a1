#include "module.hpp"
#include "running.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <thread>

/// Waiting in the middle of Python code: for an answer, an item, credit. The serving thread reads
/// on itself. Another thread is woken by it, or reads while the serving thread runs Python: that
/// may be waiting for just this thread.
namespace kameo::python {
namespace {

double seconds_until(wire::TimePoint at) {
  return std::chrono::duration<double>(at - std::chrono::steady_clock::now()).count();
}

}  // namespace

/// False with an exception set: the handler that runs on this thread has been cancelled, or its
/// deadline has passed.
bool Worker::check_running() {
  if (innermost_ == nullptr || !on_serving_thread() || innermost_->job().ask == 0) return true;
  const auto& job = innermost_->job();
  if (innermost_->cancelled) {
    raise_error(fail(errc::cancelled, "the caller of ", job.route->info.name, " has cancelled it"));
    return false;
  }
  if (const auto at = deadline_of(job.scope); at && *at <= std::chrono::steady_clock::now()) {
    raise_error(fail(errc::deadline_exceeded, "the deadline of ", job.route->info.name,
                     ", which runs here, has passed"));
    return false;
  }
  return true;
}

bool Worker::wait_until(const bool& done, std::optional<wire::TimePoint> deadline,
                        wire::CorrelationId feeding) {
  if (!on_serving_thread()) return wait_in_thread(done, deadline, feeding);
  return read_until(done, deadline, feeding);
}

bool Worker::read_until(const bool& done, std::optional<wire::TimePoint> deadline,
                        wire::CorrelationId feeding) {
  let_thread_read();
  if (reading_ > 0) {
    PyErr_SetString(PyExc_RuntimeError, "a callback can't be waited for while a message is read");
    return false;
  }
  if (Py_EnterRecursiveCall(" while waiting for a callback") != 0) return false;
  ++nested_;
  bool fine = true;
  while (fine && !done && !closed_) {
    // Again behind it: another thread may have read a cancel, which takes hold only there.
    fine = check_running() && run_waiting() && check_running();
    if (!fine || done) break;
    if (may_step_feed(feeding) && session_.output_bytes() < output_high_water) {
      fine = step_feed(feeding);
      if (!wants_turn()) continue;
      flush();
      fine = fine && read_turn();
      continue;
    }
    flush();
    double left = -1;
    if (deadline) left = std::max(seconds_until(*deadline), 0.0);
    if (left == 0) break;
    if (innermost_ != nullptr) {
      if (const auto at = deadline_of(innermost_->job().scope)) {
        const double own = std::max(seconds_until(*at), 0.0);
        left = left < 0 ? own : std::min(left, own);
      }
    }
    fine = wait(until_next_timer(left), -1, nullptr) && read_turn();
  }
  --nested_;
  Py_LeaveRecursiveCall();
  return fine;
}

bool Worker::wait_in_thread(const bool& done, std::optional<wire::TimePoint> deadline,
                            wire::CorrelationId feeding) {
  ThreadWait mine{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (mine.event_fd < 0) {
    PyErr_SetFromErrno(PyExc_OSError);
    return false;
  }
  thread_waits_.push_back(&mine);
  bool fine = true;
  while (fine && !done && !closed_ && !forked_) {
    const bool may_read = !listening_ && reading_ == 0 && !thread_reads_;
    if (may_read && !(fine = read_in_thread())) break;
    if (!(fine = expire_due()) || done || closed_) break;
    if (may_step_feed(feeding) && session_.output_bytes() < output_high_water) {
      fine = step_feed(feeding);
      flush();
      continue;
    }
    double left = -1;
    if (deadline) left = std::max(seconds_until(*deadline), 0.0);
    if (left == 0) break;
    left = until_next_timer(left);
    pollfd descriptors[2]{{mine.event_fd, POLLIN, 0}, {may_read ? fd_ : -1, POLLIN, 0}};
    const int timeout_ms =
        left < 0 ? -1 : static_cast<int>(std::ceil(std::min(left, 86400.0) * 1000));
    {
      const GilReleased others;
      (void)poll(descriptors, 2, timeout_ms);
      std::uint64_t count = 0;
      (void)!read(mine.event_fd, &count, sizeof count);
    }
    fine = PyErr_CheckSignals() == 0;
  }
  std::erase(thread_waits_, &mine);
  close(mine.event_fd);
  return fine;
}

/// On another thread than the serving one.
bool Worker::read_in_thread() {
  thread_reads_ = true;
  const bool fine = read_turn();
  thread_reads_ = false;
  wake_threads();
  return fine;
}

/// On the serving thread: what another one has read may be what it is about to wait for, and stands
/// in the buffer that it would read into. That takes a moment: no handler runs there. Whether there
/// was such a thread, and so something may have come.
bool Worker::let_thread_read() const {
  const bool was_one = thread_reads_;
  while (thread_reads_ && !forked_) {
    const GilReleased others;
    std::this_thread::yield();
  }
  return was_one;
}

void Worker::wake_threads() noexcept {
  for (const auto* waits : thread_waits_) {
    const std::uint64_t one = 1;
    (void)!write(waits->event_fd, &one, sizeof one);
  }
}

}  // namespace kameo::python

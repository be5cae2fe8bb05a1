#include "call.hpp"
#include "running.hpp"
#include "stream.hpp"
#include "task.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <chrono>

/// What has to be over by a time of its own: jobs that go on after their handler has returned,
/// calls, and the wait for one item of a stream. One ordered set; whoever waits does not wait
/// beyond its first.
namespace kameo::python {

void Worker::watch_job(const Job& job) {
  if (const auto at = deadline_of(job.scope); at && job.ask != 0) {
    timers_.insert({*at, Timer::Of::job, job.ask});
  }
}

void Worker::unwatch(Timer::Of of, std::uint64_t id, std::optional<wire::TimePoint> at) noexcept {
  if (at) timers_.erase({*at, of, id});
}

void Worker::set_deadline(wire::CorrelationId id, std::chrono::nanoseconds length) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  auto& deadline = found->second.deadline;
  const auto at = std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(length);
  if (deadline && *deadline <= at) return;
  unwatch(Timer::Of::call, id, deadline);
  deadline = at;
  timers_.insert({at, Timer::Of::call, id});
}

void Worker::watch_idle(PyObject* stream, wire::TimePoint at) {
  timers_.insert({at, Timer::Of::idle, reinterpret_cast<std::uintptr_t>(stream)});
}

void Worker::unwatch_idle(PyObject* stream, wire::TimePoint at) noexcept {
  unwatch(Timer::Of::idle, reinterpret_cast<std::uintptr_t>(stream), at);
}

/// `timeout` in seconds (negative: none), or what is left until the first timer that this thread
/// sees to.
double Worker::until_next_timer(double timeout) const noexcept {
  auto first = timers_.begin();
  if (!on_serving_thread()) {
    while (first != timers_.end() && first->of == Timer::Of::job) ++first;
  }
  if (first == timers_.end()) return timeout;
  const auto left =
      std::chrono::duration<double>(first->at - std::chrono::steady_clock::now()).count();
  return timeout < 0 ? std::max(left, 0.0) : std::clamp(left, 0.0, timeout);
}

/// False with an exception set.
bool Worker::expire_due() {
  if (timers_.empty()) return true;
  const auto now = std::chrono::steady_clock::now();
  for (auto next = timers_.begin(); next != timers_.end() && next->at <= now;) {
    const auto timer = *next;
    if (timer.of == Timer::Of::job && !on_serving_thread()) {
      ++next;  // its handler is the serving thread's affair
      continue;
    }
    timers_.erase(next);
    if (!expire(timer)) return false;
    next = timers_.begin();
  }
  return true;
}

bool Worker::expire(const Timer& timer) {
  switch (timer.of) {
    case Timer::Of::job:
      if (const auto found = producers_.find(timer.id); found == producers_.end()) {
        return !starter_ || starter_->cancel(timer.id);
      } else if (!found->second.stepping) {
        stop_producer(timer.id, errc::deadline_exceeded);
      }
      return true;
    case Timer::Of::idle:
      return stream_idled(reinterpret_cast<PyObject*>(static_cast<std::uintptr_t>(timer.id)));
    case Timer::Of::call:
      break;
  }
  const auto call = take_call(timer.id);
  if (call.object == nullptr) return true;
  const auto held = Ref::share(call.object);
  session_.cancel(timer.id);
  flush();  // now: it may be long before its handler waits for something
  return fail_call(held.get(), fail(errc::deadline_exceeded, "no answer before the deadline"),
                   limits_.codec);
}

}  // namespace kameo::python

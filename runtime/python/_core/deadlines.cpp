#include "call.hpp"
#include "running.hpp"
#include "task.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <chrono>

/// What has to be over by a time of its own: jobs that go on after their handler has returned, and
/// calls. One ordered set; whoever waits does not wait beyond its first.
namespace kameo::python {

void Worker::watch_job(const Job& job) {
  if (const auto at = deadline_of(job.scope); at && job.ask != 0) {
    timers_.insert({*at, false, job.ask});
  }
}

void Worker::unwatch(bool of_call, wire::CorrelationId id,
                     std::optional<wire::TimePoint> at) noexcept {
  if (at) timers_.erase({*at, of_call, id});
}

/// `timeout` in seconds (negative: none), or what is left until the first timer that this thread
/// sees to.
double Worker::until_next_timer(double timeout) const noexcept {
  auto first = timers_.begin();
  if (!on_serving_thread()) {
    while (first != timers_.end() && !first->of_call) ++first;
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
    if (!timer.of_call && !on_serving_thread()) {
      ++next;  // its handler is the serving thread's affair
      continue;
    }
    timers_.erase(next);
    if (!timer.of_call) {
      if (const auto found = producers_.find(timer.id); found == producers_.end()) {
        if (starter_ && !starter_->cancel(timer.id)) return false;
      } else if (!found->second.stepping) {
        stop_producer(timer.id, errc::deadline_exceeded);
      }
    } else if (const auto call = take_call(timer.id); call.object != nullptr) {
      const auto held = Ref::share(call.object);
      session_.cancel(timer.id);
      if (!fail_call(held.get(), fail(errc::deadline_exceeded, "no answer before the deadline"),
                     limits_.codec)) {
        return false;
      }
    }
    next = timers_.begin();
  }
  return true;
}

}  // namespace kameo::python

#include "converted.hpp"
#include "module.hpp"
#include "running.hpp"
#include "stream.hpp"
#include "task.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cstring>

/// Messages: from their frame to their handler, and what that gives.
namespace kameo::python {

using wire::Event;

namespace {

wire::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

/// Whether caller and handler mean the same kind of call; the IDL says so on both sides.
std::optional<Error> Worker::wrong_form(const Job& job, const Event& event) const {
  const auto& route = *job.route;
  if (event.wants_stream == route.is_stream && event.has_input == (route.input != nullptr)) {
    return std::nullopt;
  }
  const auto form = [](bool stream, bool input) {
    return concat(stream ? "a stream" : "one reply", input ? " and sends input" : "");
  };
  return fail(errc::bad_request, route.info.name, ": the caller wants ",
              form(event.wants_stream, event.has_input), ", its handler gives ",
              form(route.is_stream, route.input != nullptr));
}

/// Whether an ask comes from what a handler on the stack waits for, and so could never begin. The
/// parent can't see that where the actor has places left: those are for coroutines.
bool Worker::waits_for_itself(const Job& job, const Event& event) const {
  constexpr std::uint64_t this_child = 1;
  if (nested_ == 0 || job.ask == 0 || may_start(*job.route)) return false;
  // With a coroutine in hand as well it may be that which is waited for: it can go on.
  std::size_t on_stack = 0;
  for (const auto* running = innermost_; running != nullptr; running = running->outer()) {
    on_stack += running->job().route != nullptr ? 1 : 0;
  }
  if (on_stack == 0 || on_stack != jobs_) return false;
  for (std::size_t at = 0; at < event.chain.size(); at += sizeof this_child) {
    std::uint64_t actor = 0;
    std::memcpy(&actor, event.chain.data() + at, sizeof actor);
    if (actor == this_child) return true;
  }
  return false;
}

bool Worker::take_message(const Event& event) {
  Job job;
  job.ask = event.correlation;
  if (event.route < routes_.size()) job.route = routes_[event.route].get();
  if (job.route == nullptr || (!job.route->handler && job.route->refused.empty())) {
    refuse(job, fail(errc::unknown_route, "no handler for route ", event.route));
    return true;
  }
  if (!job.route->refused.empty()) {
    refuse(job, Error(errc::schema_mismatch, job.route->refused));
    return true;
  }
  if (auto wrong = wrong_form(job, event)) {
    refuse(job, *wrong);
    return true;
  }
  if (waits_for_itself(job, event)) {
    refuse(job, fail(errc::deadlock, welcome_.name,
                     " would wait for its own answer: a handler of it that is no coroutine waits "
                     "for what this is a part of; one that may be asked meanwhile is declared "
                     "`reentrant`"));
    return true;
  }
  job.scope = new_scope(event.deadline, event.chain, event.trace);
  if (!job.scope && PyErr_Occurred() != nullptr) return false;
  const bool is_next = nested_ > 0 ? next_waiting() == waiting_.end() : waiting_.empty();
  if (is_next && on_serving_thread() && may_start(*job.route)) {
    return start(job, event.payload, event.has_input);
  }
  waiting_.push_back({job, Bytes(event.payload.begin(), event.payload.end()), event.has_input});
  return true;
}

/// One message at a time, unless the actor or the handler asks for more. While a handler waits for
/// a callback only a reentrant one may come in between.
bool Worker::may_start(const RouteEntry& route) const noexcept {
  if (nested_ > 0) {
    const bool reentrant = route.method->reentrant || (actor_ != nullptr && actor_->reentrant);
    return reentrant;
  }
  return jobs_ < route.concurrency;
}

/// The message to begin with; the end where none may begin. While a handler waits for a callback a
/// reentrant one passes those that are not: it may be what that handler waits for.
std::deque<Worker::Waiting>::iterator Worker::next_waiting() {
  const auto may = [this](const Waiting& each) { return may_start(*each.job.route); };
  if (nested_ > 0) return std::find_if(waiting_.begin(), waiting_.end(), may);
  return !waiting_.empty() && may(waiting_.front()) ? waiting_.begin() : waiting_.end();
}

/// What came while nothing could be begun, or by way of another thread; and what is overdue.
bool Worker::run_waiting() {
  if (!expire_due()) return false;
  while (!cancels_.empty()) {
    const auto ask = cancels_.front();
    cancels_.pop_front();
    if (!cancel_job(ask)) return false;
  }
  while (session_.output_bytes() < output_high_water) {
    const auto first = next_waiting();
    if (first == waiting_.end()) break;
    const auto next = std::move(*first);
    waiting_.erase(first);
    if (const auto deadline = deadline_of(next.job.scope); deadline && *deadline <= now()) {
      refuse(next.job, Error(errc::deadline_exceeded, "its deadline passed before it was started"));
      continue;
    }
    if (!start(next.job, next.payload, next.has_input)) return false;
  }
  return true;
}

bool Worker::start(const Job& job, ByteView payload, bool has_input) {
  const bool fine = run(job, payload, has_input);
  handler_returned(*job.route);
  return fine;
}

bool Worker::run(const Job& job, ByteView payload, bool has_input) {
  Ref request;
  {
    const Reading reading(*this);  // what Python runs meanwhile must not read into our buffer
    request = decode_converted(*job.route->request, job.route->request_conversion(), payload,
                               limits_.codec);
  }
  if (!request) {
    const Ref exception(take_raised());
    const auto why = describe(exception.get(), errc::bad_request);
    refuse(job, fail(errc::bad_request, job.route->info.name, ": ", why.message));
    return true;
  }
  Ref input;
  if (has_input) {
    input = Ref(new_input_stream(*this, *job.route, job.ask));
    if (!input) return false;
    inputs_[job.ask] = input.get();
    session_.grant_input(job.ask, window_);
  }
  ++jobs_;
  flush_before(*job.route);
  // Within another handler, whose scope must not be this one's.
  std::optional<ScopeEntered> entered;
  if (job.scope || nested_ > 0) entered.emplace(job.scope);
  Ref result;
  {
    const Running running(*this, job);
    result = call_handler(*job.route, request.get(), input.get());
  }
  if (!entered) leave_set_scope();
  if (!result) {
    fail_job(job, Ref(take_raised()));
    return true;
  }
  return carry_on(job, std::move(result));
}

/// The handler has returned: a value, or something that goes on.
bool Worker::carry_on(const Job& job, Ref result) {
  if (!job.route->is_stream) {
    if (PyCoro_CheckExact(result.get())) return start_coroutine(job, std::move(result));
    end_job(job, result.get());
    return true;
  }
  const auto* async_slots = Py_TYPE(result.get())->tp_as_async;
  if (async_slots != nullptr && async_slots->am_anext != nullptr) {
    return start_coroutine(job, std::move(result));
  }
  if (PyIter_Check(result.get())) return add_producer(job, std::move(result));
  PyErr_Format(PyExc_TypeError, "%s streams: its handler has to be a generator, it returned %s",
               job.route->info.name.c_str(), Py_TYPE(result.get())->tp_name);
  fail_job(job, Ref(take_raised()));
  return true;
}

Ref Worker::call_handler(const RouteEntry& route, PyObject* request, PyObject* input) {
  PyObject* arguments[] = {route.self.get(), request, input};
  const std::size_t count = input == nullptr ? 1 : 2;
  if (!route.function) {
    return Ref(PyObject_Vectorcall(route.handler.get(), arguments + 1, count, nullptr));
  }
  return Ref(PyObject_Vectorcall(route.function.get(), arguments, count + 1, nullptr));
}

/// Before a handler that may take long, or end the process: what others have finished goes out.
void Worker::flush_before(const RouteEntry& route) {
  if (!route.is_slow || session_.output_bytes() == 0) return;
  flush();
  batch_at_ = idle_at_;
}

void Worker::handler_returned(const RouteEntry& route) {
  const auto at = now();
  route.is_slow = at - idle_at_ >= batch_patience;
  idle_at_ = at;
  if (at - batch_at_ < batch_patience || session_.output_bytes() == 0) return;
  flush();
  batch_at_ = at;
}

bool Worker::start_coroutine(const Job& job, Ref coroutine) {
  if (!starter_) {
    for_loop_.emplace_back(job, std::move(coroutine));
    return true;
  }
  if (job.route->is_stream) {
    coroutine = starter_->run_stream(*this, job, std::move(coroutine));
    if (!coroutine) return false;
  }
  // The loop runs it from here on, not the handler on whose stack this may be.
  static const Job nobody;
  const Running running(*this, nobody);
  return starter_->start(*this, job, std::move(coroutine));
}

}  // namespace kameo::python

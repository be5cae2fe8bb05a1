#include "call.hpp"
#include "module.hpp"
#include "running.hpp"
#include "stream.hpp"
#include "task.hpp"

#include <kameo/concat.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <thread>

namespace kameo::python {

using wire::Event;

namespace {

wire::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

// Bytes ------------------------------------------------------------------------------------------

/// Blocks until something came and does it; runs signal handlers. False with an exception set.
bool Worker::wait_for_input() {
  // With nothing to write a blocking read does it all in one system call.
  if (session_.output_bytes() == 0 && timers_.empty()) return read_turn(true);
  return wait(until_next_timer(-1), -1, nullptr) && read_turn();
}

/// Waits for the session's socket and, if given, another descriptor. Time-outs and signals end it
/// like readiness does. False with an exception set.
bool Worker::wait(double timeout, int other_fd, bool* other_ready) {
  const bool has_output = session_.output_bytes() != 0;
  const bool may_read =
      closed_ ? false : session_.output_bytes() < output_high_water || nested_ > 0;
  pollfd descriptors[2]{};
  descriptors[0].fd = fd_;
  descriptors[0].events = static_cast<short>((may_read ? POLLIN : 0) | (has_output ? POLLOUT : 0));
  descriptors[1].fd = other_fd;
  descriptors[1].events = POLLIN;
  // A millisecond too long rather than a spin at the end of the time-out.
  const int timeout_ms =
      timeout < 0 ? -1 : static_cast<int>(std::ceil(std::min(timeout, 86400.0) * 1000));
  int ready = 0;
  if (timeout_ms == 0) {
    ready = poll(descriptors, other_fd < 0 ? 1 : 2, 0);
  } else {
    listening_ = true;
    {
      const GilReleased others;
      ready = poll(descriptors, other_fd < 0 ? 1 : 2, timeout_ms);
    }
    stop_listening();
  }
  if (ready < 0 && errno == EINTR) return PyErr_CheckSignals() == 0;
  if (other_ready != nullptr) *other_ready = ready > 0 && descriptors[1].revents != 0;
  if (ready > 0 && (descriptors[0].revents & POLLOUT) != 0) flush();
  return true;
}

/// Reads once and does what came. False with an exception set.
bool Worker::read_turn(bool blocking) {
  if (closed_ || forked_) return true;
  if (reading_) {  // another thread does; it has let Python run in between
    const GilReleased others;
    std::this_thread::yield();
    return true;
  }
  const auto room = session_.prepare();
  ssize_t size = 0;
  if (blocking) {
    // Other threads may call and log meanwhile: that touches the output alone.
    listening_ = true;
    {
      const GilReleased others;
      size = recv(fd_, room.data(), room.size(), 0);
    }
    const int error = errno;
    stop_listening();
    errno = error;
  } else {
    size = recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
  }
  if (size < 0 && errno == EINTR) return PyErr_CheckSignals() == 0;
  batch_at_ = idle_at_ = now();
  if (size < 0 && errno == EAGAIN) return true;
  if (size <= 0) {
    session_.end_of_stream();
  } else {
    session_.commit(static_cast<std::size_t>(size), batch_at_);
  }
  // The events of the handshake are those that `receive_welcome` waits for.
  while (plans_ != nullptr && !closed_) {
    const auto event = session_.next_event();
    if (event.type == Event::Type::none) break;
    if (!handle(event)) return false;
  }
  return true;
}

/// Threads that waited for us to read now read themselves: we may be about to wait for them.
void Worker::stop_listening() noexcept {
  listening_ = false;
  if (!thread_waits_.empty()) wake_threads();
}

bool Worker::wants_turn() const noexcept {
  return now() - batch_at_ >= batch_patience;
}

void Worker::flush() {
  if (!on_serving_thread()) return write_all(-1);
  while (!forked_) {
    const auto output = session_.output();
    if (output.empty()) return;
    const auto size = send(fd_, output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      session_.consume_output(static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return;  // full: `wait` goes on with it; or gone: reading sees that and says so
    }
  }
}

/// Writes all there is, waiting where the kernel takes no more.
void Worker::write_all(int patience_ms) {
  while (!forked_) {
    const auto output = session_.output();
    if (output.empty()) return;
    const auto size = send(fd_, output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      session_.consume_output(static_cast<std::size_t>(size));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return;
    pollfd descriptor{fd_, POLLOUT, 0};
    int ready = 0;
    {
      const GilReleased others;
      ready = poll(&descriptor, 1, patience_ms);
    }
    if (ready == 0) return;
  }
}

void Worker::log(const wire::LogRecord& record) {
  // Refused where too much is unwritten: a log must not take the memory of what it reports on.
  if (forked_ || !session_.log(record)) return;
  flush();
}

// Events -----------------------------------------------------------------------------------------

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
  job.scope = new_scope(event.deadline, event.chain);
  if (!job.scope && PyErr_Occurred() != nullptr) return false;
  if (waiting_.empty() && on_serving_thread() && may_start(*job.route)) {
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

/// What came while nothing could be begun, or by way of another thread; and what is overdue.
bool Worker::run_waiting() {
  if (!expire_due()) return false;
  while (!cancels_.empty()) {
    const auto ask = cancels_.front();
    cancels_.pop_front();
    if (!cancel_job(ask)) return false;
  }
  while (!waiting_.empty() && may_start(*waiting_.front().job.route) &&
         session_.output_bytes() < output_high_water) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
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
    request = decode(*job.route->request, payload, limits_.codec);
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

// The end of a job -------------------------------------------------------------------------------

/// Every way a job ends comes by here, once.
void Worker::job_over(const Job& job) {
  --jobs_;
  end_scope(job.scope);
  unwatch(false, job.ask, deadline_of(job.scope));
  if (job.route->input == nullptr) return;
  if (const auto found = inputs_.find(job.ask); found != inputs_.end()) {
    const auto input = Ref::share(found->second);
    inputs_.erase(found);
    stream_ended(input.get(), fail(errc::cancelled, "the handler of ", job.route->info.name,
                                   " has ended, and its input with it"));
  }
}

bool Worker::encode_into(const Node& node, PyObject* value, std::string_view name,
                         ByteView& payload) {
  auto memory = std::exchange(buffer_, {});  // encoding may call code that encodes
  const bool done = encode(node, value, name, memory, payload, limits_.codec);
  buffer_ = std::move(memory);
  return done;
}

/// A value of the wrong type was given by the handler, not by the code that looked at it.
void Worker::say_where(const Job& job, ErrorData& data) {
  if (!job.route->where.empty()) data.message += concat(" (", job.route->where, ")");
  data.where = job.route->where;
}

void Worker::end_job(const Job& job, PyObject* result) {
  job_over(job);
  if (job.ask == 0) return;  // what a tell's handler returns goes nowhere
  if (job.route->is_stream) {
    if (auto sent = session_.end_stream(job.ask); !sent) refuse(job, sent.error());
    return;
  }
  ByteView payload;
  if (job.route->output != nullptr) {
    if (!encode_into(*job.route->output, result, job.route->output_name, payload)) {
      const Ref exception(take_raised());
      auto data = describe(exception.get(), errc::bad_reply);
      say_where(job, data);
      return refuse(job, Error(std::move(data)));
    }
  }
  if (auto sent = session_.reply(job.ask, payload); !sent) refuse(job, sent.error());
}

std::optional<ErrorData> Worker::declared_error(const RouteEntry& route, PyObject* exception) {
  for (const auto* node : route.errors) {
    const auto& record = node->shape->record;
    if (!record.type ||
        !PyObject_TypeCheck(exception, reinterpret_cast<PyTypeObject*>(record.type.get()))) {
      continue;
    }
    auto data = describe(exception, errc::declared);
    auto memory = std::exchange(buffer_, {});
    ByteView payload;
    const bool done = encode(*node, exception, node->shape->name, memory, payload, limits_.codec);
    if (done) {
      data.declared = node->shape->name;
      data.payload.assign(payload.begin(), payload.end());
    } else {
      const Ref why(take_raised());
      data = describe(why.get(), errc::bad_reply);
    }
    buffer_ = std::move(memory);
    return data;
  }
  return std::nullopt;
}

void Worker::fail_job(const Job& job, Ref exception) {
  job_over(job);
  auto data = declared_error(*job.route, exception.get());
  if (!data) {
    const bool bad_item = bad_item_ && bad_item_.get() == exception.get();
    data = describe(exception.get(), bad_item ? errc::bad_reply : errc::handler_failed);
    if (bad_item) say_where(job, *data);
  }
  bad_item_.reset();
  refuse(job, Error(std::move(*data)));
}

void Worker::cancelled_job(const Job& job) {
  job_over(job);
  if (const auto at = deadline_of(job.scope); at && *at <= now()) {
    refuse(job, Error(errc::deadline_exceeded, "its deadline passed while it ran"));
  } else {
    refuse(job, Error(errc::cancelled, "the handler's task was cancelled"));
  }
}

/// Tells an ask's caller; a tell has none, so it becomes a log record.
void Worker::refuse(const Job& job, Error error) {
  if (job.ask != 0) {
    // Fails only when the session is closed, and then every ask has been told.
    (void)session_.refuse(job.ask, error);
    return;
  }
  wire::LogRecord record;
  record.level = wire::LogLevel::error;
  record.source = "kameo";
  record.message =
      concat(job.route == nullptr ? "tell" : job.route->info.name, ": ", error.data().type,
             error.data().type.empty() ? "" : ": ", error.message());
  record.traceback = error.data().traceback;
  record.at =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  log(record);
}

bool Worker::cancel_job(wire::CorrelationId ask) {
  const auto waits = std::ranges::find(waiting_, ask, [](const Waiting& w) { return w.job.ask; });
  if (waits != waiting_.end()) {
    const auto job = waits->job;
    waiting_.erase(waits);
    refuse(job, Error(errc::cancelled, "cancelled before it was started"));
    return true;
  }
  const auto starts = std::ranges::find(for_loop_, ask, [](const auto& w) { return w.first.ask; });
  if (starts != for_loop_.end()) {
    const auto [job, coroutine] = std::move(*starts);
    for_loop_.erase(starts);
    // An async generator that has not begun has nothing to close.
    if (!job.route->is_stream && !Ref(PyObject_CallMethod(coroutine.get(), "close", nullptr))) {
      PyErr_Clear();
    }
    cancelled_job(job);
    return true;
  }
  if (const auto found = producers_.find(ask); found != producers_.end()) {
    if (!found->second.stepping) {
      stop_producer(ask, errc::cancelled);
      return true;
    }
  }
  for (auto* running = innermost_; running != nullptr; running = running->outer()) {
    if (running->job().ask == ask) running->cancelled = true;
  }
  return !starter_ || starter_->cancel(ask);
}

// Loops ------------------------------------------------------------------------------------------

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

#include "module.hpp"
#include "task.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

namespace kameo::python {

using wire::Event;

namespace {

wire::TimePoint now() {
  return std::chrono::steady_clock::now();
}

/// Above this much that the parent has not taken, nothing new is begun.
constexpr std::size_t output_high_water = 4U << 20U;

/// How long a finished reply may wait for others of its batch to go out with it: some system calls'
/// worth, so that writing early never costs more than a tenth or so of the handlers' own time.
constexpr auto batch_patience = std::chrono::microseconds(50);

}  // namespace

// Bytes ------------------------------------------------------------------------------------------

/// Blocks until something came and does it; runs signal handlers. False with an exception set.
bool Worker::wait_for_input() {
  // With nothing to write a blocking read does it all in one system call.
  if (session_.output_bytes() == 0) return read_turn(true);
  return wait(-1, -1, nullptr) && read_turn();
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
    {
      const GilReleased others;
      ready = poll(descriptors, other_fd < 0 ? 1 : 2, timeout_ms);
    }
  }
  if (ready < 0 && errno == EINTR) return PyErr_CheckSignals() == 0;
  if (other_ready != nullptr) *other_ready = ready > 0 && descriptors[1].revents != 0;
  if (ready > 0 && (descriptors[0].revents & POLLOUT) != 0) flush();
  return true;
}

/// Reads once and does what came. False with an exception set.
bool Worker::read_turn(bool blocking) {
  if (closed_ || forked_) return true;
  const auto room = session_.prepare();
  ssize_t size = 0;
  if (blocking) {
    // Other threads may call and log meanwhile: that touches the output alone.
    const GilReleased others;
    size = recv(fd_, room.data(), room.size(), 0);
  } else {
    size = recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
  }
  if (size < 0 && errno == EINTR) return PyErr_CheckSignals() == 0;
  if (size < 0 && errno == EAGAIN) return true;
  if (size <= 0) {
    session_.end_of_stream();
  } else {
    batch_at_ = idle_at_ = now();
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
    case Event::Type::cancel:
      return cancel_job(event.correlation);
    case Event::Type::drain:
      draining_ = true;
      return true;
    case Event::Type::closed:
      closed_ = true;
      if (event.error && event.error->code() != errc::session_closed) breach_ = event.error;
      return true;
    default:
      return true;  // none and those of the handshake, which only `receive_welcome` waits for
  }
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
  if (waiting_.empty() && may_start(*job.route)) return start(job, event.payload);
  waiting_.push_back({job, Bytes(event.payload.begin(), event.payload.end()), event.deadline});
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

bool Worker::run_waiting() {
  while (!waiting_.empty() && may_start(*waiting_.front().job.route) &&
         session_.output_bytes() < output_high_water) {
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    if (next.deadline && *next.deadline <= now()) {
      refuse(next.job, Error(errc::deadline_exceeded, "its deadline passed before it was started"));
      continue;
    }
    if (!start(next.job, next.payload)) return false;
  }
  return true;
}

bool Worker::start(const Job& job, ByteView payload) {
  const bool fine = run(job, payload);
  handler_returned(*job.route);
  return fine;
}

bool Worker::run(const Job& job, ByteView payload) {
  reading_ = true;  // what Python runs while we decode must not read into our buffer
  const auto request = decode(*job.route->request, payload, limits_.codec);
  reading_ = false;
  if (!request) {
    const Ref exception(take_raised());
    const auto why = describe(exception.get(), errc::bad_request);
    refuse(job, fail(errc::bad_request, job.route->info.name, ": ", why.message));
    return true;
  }
  ++jobs_;
  flush_before(*job.route);
  auto result = call_handler(*job.route, request.get());
  if (!result) {
    fail_job(job, Ref(take_raised()));
    return true;
  }
  if (PyCoro_CheckExact(result.get())) return start_coroutine(job, std::move(result));
  end_job(job, result.get());
  return true;
}

Ref Worker::call_handler(const RouteEntry& route, PyObject* request) {
  if (!route.function) return Ref(PyObject_CallOneArg(route.handler.get(), request));
  PyObject* arguments[] = {route.self.get(), request};
  return Ref(PyObject_Vectorcall(route.function.get(), arguments, 2, nullptr));
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
  return starter_->start(*this, job, std::move(coroutine));
}

// The end of a job -------------------------------------------------------------------------------

void Worker::end_job(const Job& job, PyObject* result) {
  --jobs_;
  if (job.ask == 0) return;  // what a tell's handler returns goes nowhere
  ByteView payload;
  if (job.route->output != nullptr) {
    auto memory = std::exchange(buffer_, {});  // encoding may call code that encodes
    const bool done =
        encode(*job.route->output, result, job.route->output_name, memory, payload, limits_.codec);
    buffer_ = std::move(memory);
    if (!done) {
      const Ref exception(take_raised());
      auto data = describe(exception.get(), errc::bad_reply);
      if (!job.route->where.empty()) data.message += concat(" (", job.route->where, ")");
      data.where = job.route->where;
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
  --jobs_;
  auto data = declared_error(*job.route, exception.get());
  if (!data) data = describe(exception.get(), errc::handler_failed);
  refuse(job, Error(std::move(*data)));
}

void Worker::cancelled_job(const Job& job) {
  --jobs_;
  refuse(job, Error(errc::cancelled, "the handler's task was cancelled"));
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
    flush();
    if (!for_loop_.empty()) return Ended::wants_loop;
    if (const auto end = ended(); end != Ended::no) return end;
    if (!wait_for_input()) return Ended::no;
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
    if (!start_coroutine(job, std::move(coroutine))) return -1;
  }
  double left = coroutines.empty() ? timeout : 0;
  for (;;) {
    if (!run_waiting()) return -1;
    flush();
    if (stops_loop_ && ended() != Ended::no) {
      const Ref stopped(PyObject_CallMethod(loop_.get(), "stop", nullptr));
      if (!stopped) return -1;
      left = 0;
    } else if (loop_has_work() && timeout < 0) {
      left = 0;  // what was just started wants a turn
    }
    bool other_ready = false;
    const bool may_wait = left != 0;
    if (!wait(left, selector_fd_, &other_ready) || !read_turn() || !run_waiting()) return -1;
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

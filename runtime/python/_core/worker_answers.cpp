#include "converted.hpp"
#include "module.hpp"
#include "running.hpp"
#include "stream.hpp"
#include "task.hpp"

#include <kameo/concat.hpp>
#include <kameo/wire/not_sent.hpp>

#include <algorithm>

/// How messages in hand end: by what their handlers gave or raised, or by a cancel.
namespace kameo::python {
namespace {

wire::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

/// Every way a job ends comes by here, once.
void Worker::job_over(const Job& job) {
  --jobs_;
  end_scope(job.scope);
  unwatch(Timer::Of::job, job.ask, deadline_of(job.scope));
  if (job.route->input == nullptr) return;
  if (const auto found = inputs_.find(job.ask); found != inputs_.end()) {
    const auto input = Ref::share(found->second);
    inputs_.erase(found);
    stream_ended(input.get(), fail(errc::cancelled, "the handler of ", job.route->info.name,
                                   " has ended, and its input with it"));
  }
}

bool Worker::encode_into(const Node& node, const schema::Conversion* with, PyObject* value,
                         std::string_view name, ByteView& payload) {
  auto memory = std::exchange(buffer_, {});  // encoding may call code that encodes
  const bool done = encode(node, value, name, memory, payload, limits_.codec);
  buffer_ = std::move(memory);
  return done && convert_for_parent(with, payload, converted_, limits_.codec);
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
    if (!encode_into(*job.route->output, job.route->output_conversion(), result,
                     job.route->output_name, payload)) {
      const Ref exception(take_raised());
      auto data = describe(exception.get(), errc::bad_reply);
      say_where(job, data);
      return refuse(job, Error(std::move(data)));
    }
  }
  if (auto sent = session_.reply(job.ask, payload); !sent)
    refuse(job, wire::not_sent(sent.error()));
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
  if (job.route != nullptr && job.route->conversion) error = job.route->conversion->convert(error);
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

}  // namespace kameo::python

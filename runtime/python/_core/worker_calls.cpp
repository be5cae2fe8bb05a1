#include "call.hpp"
#include "module.hpp"
#include "running.hpp"
#include "stream.hpp"
#include "task.hpp"

#include <kameo/concat.hpp>

#include <algorithm>

namespace kameo::python {

using wire::Event;

namespace {

/// The names in `names` that stand in `module`, or the modules where there is none of that name.
std::string what_exists(const std::unordered_map<std::string, RouteEntry*>& callbacks,
                        const std::string& name) {
  const auto module = name.substr(0, std::min(name.find('.'), name.size()));
  std::vector<std::string> in_module;
  std::vector<std::string> modules;
  for (const auto& [known, route] : callbacks) {
    const auto dot = known.rfind('.');
    modules.push_back(known.substr(0, dot));
    if (modules.back() == module) in_module.push_back(known.substr(dot + 1));
  }
  auto& names = in_module.empty() ? modules : in_module;
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());
  if (names.empty()) return "this actor uses no callback module";
  std::string text =
      in_module.empty() ? std::string("the modules are ") : concat("module `", module, "` has ");
  for (std::size_t i = 0; i < names.size(); ++i) text += concat(i == 0 ? "" : ", ", names[i]);
  return text;
}

}  // namespace

/// By exact path, or by its bare name where that is the only one. Null with an exception set.
const RouteEntry* Worker::callback_named(const std::string& name) {
  auto found = callbacks_.find(name);
  if (found == callbacks_.end() && name.find('.') == std::string::npos) {
    std::vector<std::string> candidates;
    for (auto at = callbacks_.begin(); at != callbacks_.end(); ++at) {
      if (!at->first.ends_with(concat(".", name))) continue;
      candidates.push_back(at->first);
      found = at;
    }
    if (candidates.size() > 1) {
      std::ranges::sort(candidates);
      std::string text;
      for (const auto& each : candidates) text += concat(text.empty() ? "" : ", ", each);
      raise_error(fail(errc::unknown_route, "`", name, "` is ambiguous: ", text));
      return nullptr;
    }
  }
  if (found == callbacks_.end()) {
    raise_error(
        fail(errc::unknown_route, "no callback `", name, "`; ", what_exists(callbacks_, name)));
    return nullptr;
  }
  if (!found->second->refused.empty()) {
    raise_error(fail(errc::schema_mismatch, name, ": ", found->second->refused));
    return nullptr;
  }
  if (forked_ || session_.is_closed()) {
    raise_error(fail(errc::session_closed, name, ": the connection to the parent has ended"));
    return nullptr;
  }
  return found->second;
}

bool Worker::encode_request(const RouteEntry& route, PyObject* request, ByteView& payload) {
  const Ref none(request == nullptr || request == Py_None ? PyDict_New() : nullptr);
  return encode_into(*route.request, route.request_conversion(), none ? none.get() : request,
                     route.info.name, payload);
}

namespace {

/// Whether there is an input stream exactly where the callback takes one; else an exception is set.
bool fits_input(const RouteEntry& route, PyObject* input) {
  if ((route.input != nullptr) == (input != nullptr)) return true;
  PyErr_Format(PyExc_TypeError,
               input == nullptr ? "%s takes a stream of input: give it an iterable first"
                                : "%s takes no input stream",
               route.info.name.c_str());
  return false;
}

}  // namespace

/// When a call that is made now has to be over: as the IDL says, but never later than what it is a
/// part of; where there is neither, and it is for one reply alone, as the parent's runtime says.
std::optional<wire::TimePoint> Worker::deadline_for(const RouteEntry& route, const Handed& handed,
                                                    bool has_input) const {
  const auto own = route.method->deadline;
  const auto now = std::chrono::steady_clock::now();
  if (own.count() < 0) return std::nullopt;  // none, said expressly
  if (own.count() > 0) return std::min(handed.deadline.value_or(wire::TimePoint::max()), now + own);
  if (handed.deadline || route.is_stream || has_input) return handed.deadline;
  if (welcome_.deadline.count() > 0) return now + welcome_.deadline;
  return std::nullopt;
}

PyObject* Worker::call(const std::string& name, PyObject* request, PyObject* input) {
  const auto* route = check_running() ? callback_named(name) : nullptr;
  ByteView payload;
  if (route == nullptr || !fits_input(*route, input)) return nullptr;
  if (!encode_request(*route, request, payload)) return nullptr;
  if (route->method->answer == schema::Answer::none && input == nullptr) {
    if (auto told = session_.tell(route->info.number, payload); !told) {
      raise_error(told.error());
      return nullptr;
    }
    if (!on_serving_thread()) flush();
    return new_done_call(*this, *route);
  }

  const auto handed = handed_on();
  wire::AskParts parts;
  parts.chain = handed.chain;
  parts.input = input != nullptr;
  if (route->is_stream) parts.window = window_;
  parts.trace = handed.trace;
  const auto deadline = deadline_for(*route, handed, input != nullptr);
  const auto now = std::chrono::steady_clock::now();
  if (deadline && *deadline <= now) {
    raise_error(fail(errc::deadline_exceeded, name,
                     ": the deadline of the ask that it is a part of has passed"));
    return nullptr;
  }
  if (deadline) {
    parts.timeout = std::chrono::duration_cast<std::chrono::microseconds>(*deadline - now);
  }
  const auto id = session_.ask(route->info.number, payload, parts);
  if (!id) {
    raise_error(id.error().with_context(name));
    return nullptr;
  }
  Ref call(route->is_stream ? new_answer_stream(*this, *route, *id, window_)
                            : new_call(*this, *route, *id));
  if (!call) {
    session_.cancel(*id);
    return nullptr;
  }
  calls_[*id] = {call.get(), deadline};
  if (deadline) timers_.insert({*deadline, Timer::Of::call, *id});
  // When it fails, dropping the call cancels it.
  if (input != nullptr && !start_feed(*id, *route, input)) return nullptr;
  if (!on_serving_thread()) flush();
  return call.release();
}

bool Worker::tell(const std::string& name, PyObject* request) {
  const auto* route = check_running() ? callback_named(name) : nullptr;
  ByteView payload;
  if (route == nullptr || !encode_request(*route, request, payload)) return false;
  if (auto told = session_.tell(route->info.number, payload); !told) {
    raise_error(told.error());
    return false;
  }
  if (!on_serving_thread()) flush();
  return true;
}

/// Out of the books, with its deadline and what it is fed. Null object where it is not open.
Worker::OpenCall Worker::take_call(wire::CorrelationId id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return {};
  const auto call = found->second;
  calls_.erase(found);
  unwatch(Timer::Of::call, id, call.deadline);
  if (!feeds_.empty()) drop_feed(id);
  return call;
}

void Worker::cancel_call(wire::CorrelationId id) {
  if (take_call(id).object == nullptr) return;
  session_.cancel(id);
  flush();  // now: it may be long before its handler waits for something
}

/// A reply, an error, or the end of a stream. False with an exception set.
bool Worker::end_call(const Event& event) {
  const auto call = take_call(event.correlation);
  if (call.object == nullptr) return true;  // dropped by its owner meanwhile
  const auto held = Ref::share(call.object);
  if (event.type == Event::Type::error) {
    const auto error =
        event.error ? *event.error : Error(errc::internal, "an error without a text");
    return fail_call(held.get(), error, limits_.codec);
  }
  if (event.type == Event::Type::end) return stream_ended(held.get(), Ref());
  const Reading reading(*this);
  return complete_call(held.get(), event.payload, limits_.codec);
}

/// The session takes no answers any more: nobody shall wait for one.
void Worker::end_calls(const Error& why) {
  while (!calls_.empty()) {
    const auto held = Ref::share(take_call(calls_.begin()->first).object);
    if (!fail_call(held.get(), why, limits_.codec)) PyErr_Clear();
  }
}

PyObject* Worker::loop_to_await(const RouteEntry& route) {
  const char* name = route.info.name.c_str();
  if (!on_serving_thread()) {
    PyErr_Format(PyExc_RuntimeError,
                 "%s is awaited on the actor's own event loop; in another thread write `for`, or "
                 "take the .result()",
                 name);
    return nullptr;
  }
  if (loop() == nullptr) {
    PyErr_Format(PyExc_RuntimeError,
                 "this actor has no async handlers, so no event loop runs that could await %s; "
                 "write `for`",
                 name);
  }
  return loop();
}

bool Worker::wake(PyObject* future) {
  return !starter_ || starter_->wake(future, on_serving_thread());
}

int Worker::in_coroutine() {
  if (!starter_ || !on_serving_thread()) return 0;
  return starter_->in_coroutine();
}

}  // namespace kameo::python

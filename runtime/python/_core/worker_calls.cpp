#include "call.hpp"
#include "module.hpp"
#include "task.hpp"
#include "worker.hpp"

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

const RouteEntry* Worker::callback_named(const std::string& name) {
  const auto found = callbacks_.find(name);
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
  auto memory = std::exchange(buffer_, {});
  const Ref none(request == nullptr || request == Py_None ? PyDict_New() : nullptr);
  const bool done = encode(*route.request, none ? none.get() : request, route.info.name, memory,
                           payload, limits_.codec);
  buffer_ = std::move(memory);
  return done;
}

PyObject* Worker::call(const std::string& name, PyObject* request) {
  const auto* route = callback_named(name);
  ByteView payload;
  if (route == nullptr || !encode_request(*route, request, payload)) return nullptr;
  if (route->method->answer == schema::Answer::none) {
    if (auto told = session_.tell(route->info.number, payload); !told) {
      raise_error(told.error());
      return nullptr;
    }
    return new_done_call(*this, *route);
  }
  const auto id = session_.ask(route->info.number, payload);
  if (!id) {
    raise_error(id.error().with_context(name));
    return nullptr;
  }
  auto* call = new_call(*this, *route, *id);
  if (call == nullptr) {
    session_.cancel(*id);
    return nullptr;
  }
  calls_.emplace(*id, call);
  if (!on_serving_thread()) flush();
  return call;
}

bool Worker::tell(const std::string& name, PyObject* request) {
  const auto* route = callback_named(name);
  ByteView payload;
  if (route == nullptr || !encode_request(*route, request, payload)) return false;
  if (auto told = session_.tell(route->info.number, payload); !told) {
    raise_error(told.error());
    return false;
  }
  if (!on_serving_thread()) flush();
  return true;
}

void Worker::cancel_call(wire::CorrelationId id) {
  calls_.erase(id);
  session_.cancel(id);
}

bool Worker::end_call(const Event& event) {
  const auto found = calls_.find(event.correlation);
  if (found == calls_.end()) return true;  // dropped by its owner meanwhile
  const auto call = Ref::share(found->second);
  calls_.erase(found);
  if (event.type == Event::Type::error) {
    const auto error =
        event.error ? *event.error : Error(errc::internal, "an error without a text");
    return fail_call(call.get(), error, limits_.codec);
  }
  return complete_call(call.get(), event.payload, limits_.codec);
}

bool Worker::read_until(const bool& done, std::optional<wire::TimePoint> deadline) {
  if (reading_) {
    PyErr_SetString(PyExc_RuntimeError, "a callback can't be waited for while a message is read");
    return false;
  }
  if (Py_EnterRecursiveCall(" while waiting for a callback") != 0) return false;
  ++nested_;
  bool fine = true;
  while (fine && !done && !closed_) {
    flush();
    double left = -1;
    if (deadline) {
      left = std::chrono::duration<double>(*deadline - std::chrono::steady_clock::now()).count();
      if (left <= 0) break;
    }
    fine = wait(left, -1, nullptr) && read_turn();
  }
  --nested_;
  Py_LeaveRecursiveCall();
  return fine;
}

int Worker::in_coroutine() {
  if (!starter_ || !on_serving_thread()) return 0;
  return starter_->in_coroutine();
}

}  // namespace kameo::python

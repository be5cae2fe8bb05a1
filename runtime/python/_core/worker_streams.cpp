#include "call.hpp"
#include "module.hpp"
#include "running.hpp"
#include "sink.hpp"
#include "stream.hpp"
#include "task.hpp"

#include <kameo/concat.hpp>

/// Items in and out, and the credit for them.
namespace kameo::python {

using wire::CorrelationId;
using wire::Event;

// In ---------------------------------------------------------------------------------------------

bool Worker::take_item(const Event& event) {
  const auto found = calls_.find(event.correlation);
  if (found == calls_.end() || !is_stream(found->second.object)) return true;  // dropped meanwhile
  const auto stream = Ref::share(found->second.object);
  const Reading reading(*this);
  return stream_item(stream.get(), event.payload, limits_.codec);
}

bool Worker::take_input(const Event& event) {
  const auto found = inputs_.find(event.correlation);
  if (found == inputs_.end()) return true;  // its reader has gone
  const auto stream = Ref::share(found->second);
  if (event.type == Event::Type::input_item) {
    const Reading reading(*this);
    return stream_item(stream.get(), event.payload, limits_.codec);
  }
  inputs_.erase(found);
  return event.error ? stream_ended(stream.get(), *event.error) : stream_ended(stream.get(), Ref());
}

void Worker::grant(CorrelationId id, bool is_input, wire::StreamWindow more) {
  if (is_input) {
    session_.grant_input(id, more);
  } else {
    session_.grant(id, more);
  }
  flush();  // the sender may stand still without it, and we may be long before we wait
}

// Out --------------------------------------------------------------------------------------------

bool Worker::may_send(CorrelationId id, bool is_input) const noexcept {
  return is_input ? session_.may_send_input(id) : session_.may_send_item(id);
}

bool Worker::send_item(const RouteEntry& route, CorrelationId id, bool is_input, PyObject* item) {
  ByteView payload;
  const auto& node = is_input ? *route.input : *route.output;
  const auto* with = is_input ? route.input_conversion() : route.output_conversion();
  if (!encode_into(node, with, item, is_input ? "input" : route.output_name, payload)) {
    const Ref why(take_raised());
    bad_item_ = why;
    raise_taken(Ref(why).release());
    return false;
  }
  const auto sent = is_input ? session_.send_input(id, payload) : session_.send_item(id, payload);
  if (sent) return true;
  if (starter_ &&
      (sent.error().code() == errc::cancelled || sent.error().code() == errc::session_closed)) {
    starter_->raise_cancelled();
  } else {
    raise_error(sent.error().with_context(route.info.name));
  }
  return false;
}

bool Worker::take_credit(CorrelationId id, bool is_input) {
  if (!is_input) {
    if (const auto found = producers_.find(id); found != producers_.end()) {
      auto& producer = found->second;
      if (!producer.queued && !producer.stepping) {
        producer.queued = true;
        ready_.push_back(id);
      }
      return true;
    }
  }
  auto& sinks = sinks_[is_input ? 1 : 0];
  const auto found = sinks.find(id);
  if (found == sinks.end()) {
    wake_threads();  // one of them may be what feeds it
    return true;
  }
  const auto sink = Ref::share(found->second);
  return sink_has_credit(sink.get());
}

void Worker::add_sink(CorrelationId id, bool is_input, PyObject* sink) {
  sinks_[is_input ? 1 : 0][id] = sink;
}
void Worker::remove_sink(CorrelationId id, bool is_input) noexcept {
  sinks_[is_input ? 1 : 0].erase(id);
}

/// Those that stopped because too much was unwritten. False with an exception set.
bool Worker::wake_sinks() {
  if (!sinks_wait_for_output_ || session_.output_bytes() >= output_high_water / 2) return true;
  sinks_wait_for_output_ = false;
  std::vector<Ref> waiting;
  for (const auto& sinks : sinks_) {
    for (const auto& [id, sink] : sinks) waiting.push_back(Ref::share(sink));
  }
  for (const auto& sink : waiting) {
    if (!sink_has_credit(sink.get())) return false;
  }
  return true;
}

bool Worker::output_is_full() noexcept {
  if (session_.output_bytes() < output_high_water) return false;
  sinks_wait_for_output_ = true;
  return true;
}

// What a call is fed -----------------------------------------------------------------------------

bool Worker::start_feed(CorrelationId id, const RouteEntry& route, PyObject* input) {
  const int in_coroutine = this->in_coroutine();
  if (in_coroutine < 0) return false;
  Feed feed;
  feed.route = &route;
  if (in_coroutine == 1) {
    const Ref sink(new_sink(*this, route, id, true));
    if (!sink) return false;
    feed.task = starter_->start_feed(sink.get(), input);
    if (!feed.task) return false;
  } else {
    feed.iterator = Ref(PyObject_GetIter(input));
    if (!feed.iterator) {
      PyErr_Format(PyExc_TypeError,
                   "%s takes a stream of input: an iterable in sync code, not %.100s",
                   route.info.name.c_str(), Py_TYPE(input)->tp_name);
      return false;
    }
  }
  feeds_[id] = std::move(feed);
  return true;
}

void Worker::drop_feed(CorrelationId id) {
  auto node = feeds_.extract(id);
  if (node.empty() || !node.mapped().task || !starter_) return;
  if (!starter_->cancel_task(node.mapped().task.get(), on_serving_thread())) PyErr_Clear();
}

bool Worker::may_step_feed(CorrelationId id) const {
  if (id == 0 || feeds_.empty()) return false;
  const auto found = feeds_.find(id);
  return found != feeds_.end() && found->second.iterator && session_.may_send_input(id);
}

/// Takes one thing from what the call is fed and sends it. What the iterable raises ends the call
/// and is raised here, where it is waited for. False with an exception set.
bool Worker::step_feed(CorrelationId id) {
  const auto iterator = feeds_[id].iterator;
  const auto* route = feeds_[id].route;
  const Ref item(PyIter_Next(iterator.get()));
  if (item && feeds_.contains(id) && send_item(*route, id, true, item.get())) return true;
  if (PyErr_Occurred() == nullptr) {
    feeds_.erase(id);
    if (!item) (void)session_.end_input(id);  // fails where the session is closed: it is told
    return true;
  }
  const RaisedAside aside;
  feeds_.erase(id);
  if (const auto call = take_call(id); call.object != nullptr) {
    const auto held = Ref::share(call.object);
    session_.cancel(id);
    if (!fail_call(held.get(), fail(errc::cancelled, route->info.name, ": its input failed"),
                   limits_.codec)) {
      PyErr_Clear();
    }
  }
  return false;
}

void Worker::end_feed(CorrelationId id, Ref exception) {
  feeds_.erase(id);
  if (!exception) {
    (void)session_.end_input(id);  // fails where the session is closed: it is told
    return;
  }
  const auto call = take_call(id);
  if (call.object == nullptr) return;
  const auto held = Ref::share(call.object);
  session_.cancel(id);
  if (!fail_call(held.get(), std::move(exception))) PyErr_Clear();
}

}  // namespace kameo::python

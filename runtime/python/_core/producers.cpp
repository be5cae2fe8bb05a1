#include "module.hpp"
#include "running.hpp"
#include "worker.hpp"

#include <kameo/concat.hpp>

#include <algorithm>

/// Handlers that are plain generators: each is stepped while its reader has given credit, in turn
/// with the others and with the socket.
namespace kameo::python {

bool Worker::add_producer(const Job& job, Ref generator) {
  Ref context(PyContext_CopyCurrent());
  if (!context) return false;
  auto& producer = producers_[job.ask];
  producer.job = job;
  producer.generator = std::move(generator);
  producer.context = std::move(context);
  producer.queued = true;
  ready_.push_back(job.ask);
  watch_job(job);
  return true;
}

/// Whether some producer is to be stepped without waiting for anything.
bool Worker::has_ready() const noexcept {
  return !ready_.empty() && session_.output_bytes() < output_high_water;
}

/// Steps producers until the turn is over; what they gave is written by the caller.
void Worker::pump() {
  while (has_ready()) {
    const auto ask = ready_.front();
    ready_.pop_front();
    const auto found = producers_.find(ask);
    if (found == producers_.end()) continue;
    auto& producer = found->second;
    producer.queued = false;
    if (!session_.may_send_item(ask)) continue;  // its next credit brings it back
    // A generator may wait for what it likes before its next item, and the last one must not wait
    // along: it may be what the generator is to be answered to.
    if (session_.output_bytes() != 0) flush();
    if (!step(producer)) continue;
    if (session_.may_send_item(ask)) {
      producer.queued = true;
      ready_.push_back(ask);
    }
    if (wants_turn()) break;
  }
}

/// One step of a producer. False where it has come to its end, and is gone.
bool Worker::step(Producer& producer) {
  PyObject* result = nullptr;
  auto status = PYGEN_ERROR;
  bool cancelled = false;
  producer.stepping = true;
  if (PyContext_Enter(producer.context.get()) == 0) {
    const Running running(*this, producer.job);
    if (PyGen_CheckExact(producer.generator.get())) {
      status = PyIter_Send(producer.generator.get(), Py_None, &result);
    } else {
      result = PyIter_Next(producer.generator.get());
      if (result != nullptr) {
        status = PYGEN_NEXT;
      } else if (PyErr_Occurred() == nullptr) {
        status = PYGEN_RETURN;
      }
    }
    cancelled = running.cancelled;
    const RaisedAside aside;
    if (PyContext_Exit(producer.context.get()) < 0) PyErr_Clear();
  }
  producer.stepping = false;

  if (cancelled && status == PYGEN_NEXT) {
    const Ref dropped(result);
    stop_producer(producer.job.ask, errc::cancelled);
    return false;
  }
  return take_step(producer, status, Ref(result));
}

bool Worker::take_step(Producer& producer, PySendResult status, Ref item) {
  const auto job = producer.job;
  if (status == PYGEN_NEXT) {
    if (send_item(*job.route, job.ask, false, item.get())) return true;
    // The item is not of the declared type, or too large: the stream ends with that.
    Ref why(take_raised());
    stop_producer(job.ask, std::nullopt);
    fail_job(job, std::move(why));
    return false;
  }
  Ref raised(status == PYGEN_ERROR ? take_raised() : nullptr);
  producers_.erase(job.ask);
  if (raised) {
    fail_job(job, std::move(raised));
  } else {
    end_job(job, Py_None);
  }
  return false;
}

/// Closes its generator, which sees GeneratorExit where it stands. With `why` the ask is answered.
void Worker::stop_producer(wire::CorrelationId ask, std::optional<errc> why) {
  auto node = producers_.extract(ask);
  if (node.empty()) return;
  auto& producer = node.mapped();
  if (PyContext_Enter(producer.context.get()) == 0) {
    const Running running(*this, producer.job);
    if (PyObject_HasAttrString(producer.generator.get(), "close") == 1) {
      const Ref closed(PyObject_CallMethod(producer.generator.get(), "close", nullptr));
      if (!closed) {
        // The asker has its answer or wants none: what the clean-up raised is for the log.
        const Ref raised(take_raised());
        Job told = producer.job;
        told.ask = 0;
        refuse(told, Error(describe(raised.get(), errc::handler_failed)));
      }
    }
    if (PyContext_Exit(producer.context.get()) < 0) PyErr_Clear();
  } else {
    PyErr_Clear();
  }
  producer.generator.reset();
  if (why) cancelled_job(producer.job);
}

}  // namespace kameo::python

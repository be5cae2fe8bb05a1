#pragma once

#include <kameo/actor/call.hpp>
#include <kameo/actor/cancel.hpp>
#include <kameo/actor/message.hpp>
#include <kameo/actor/streams.hpp>
#include <kameo/result.hpp>
#include <kameo/trace_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace kameo::actor {

/// A handler's or callback's number among the routes of its actor (schema::RouteNumber).
using RouteNumber = std::uint16_t;

/// Where an answer goes. Exactly one answer: dropped without one, it gives `no_answer`.
/// Thread-safety: move it between threads as you like; answer from any.
class ReplyTo {
 public:
  /// What takes the answer, once.
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void complete(Result<Message> answer) = 0;
    /// Whether nobody waits any more (answered, cancelled, past its deadline).
    [[nodiscard]] virtual bool abandoned() const noexcept { return false; }
    /// `who->cancel(token)` once that is so without an answer; at once where it is already.
    virtual void on_abandoned(std::weak_ptr<Canceller> /*who*/, std::uint64_t /*token*/) {}
  };

  ReplyTo() = default;  ///< a tell's: the answer is dropped
  explicit ReplyTo(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}
  ReplyTo(ReplyTo&&) noexcept = default;
  ReplyTo& operator=(ReplyTo&& other) noexcept {
    if (this != &other) {
      drop();
      sink_ = std::move(other.sink_);
    }
    return *this;
  }
  ~ReplyTo() { drop(); }

  void operator()(Result<Message> answer) {
    if (const auto sink = std::exchange(sink_, nullptr)) sink->complete(std::move(answer));
  }
  /// False for a tell, and once answered.
  [[nodiscard]] bool wanted() const noexcept { return sink_ != nullptr && !sink_->abandoned(); }
  /// False only for a tell, or once answered.
  explicit operator bool() const noexcept { return sink_ != nullptr; }
  /// Tells `who`, see Sink. Nothing for a tell.
  void on_abandoned(std::weak_ptr<Canceller> who, std::uint64_t token) const {
    if (sink_) sink_->on_abandoned(std::move(who), token);
  }

 private:
  void drop() {
    if (sink_) (*this)(Error(errc::no_answer, "the request was dropped without an answer"));
  }
  std::shared_ptr<Sink> sink_;
};

/// One message on its way to an actor.
struct Envelope {
  using Clock = std::chrono::steady_clock;

  Envelope(RouteNumber to_route, Message body, ReplyTo answer_to = {},
           std::optional<Clock::time_point> until = {})
      : route(to_route),
        message(std::move(body)),
        reply_to(std::move(answer_to)),
        deadline(until) {}

  RouteNumber route;
  Message message;
  ReplyTo reply_to;                           ///< false for a tell
  std::optional<Clock::time_point> deadline;  ///< on the receiver's Clock
  std::vector<ActorId> chain;                 ///< who waits for it, outermost first
  std::optional<TraceContext> trace;
  Streams streams;
};

/// What is asked while the message is handled inherits this; the chain is moved out.
[[nodiscard]] inline Call take_call(Envelope& envelope) {
  return Call(envelope.deadline, std::move(envelope.chain), envelope.trace);
}

}  // namespace kameo::actor

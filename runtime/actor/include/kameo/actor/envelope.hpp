#pragma once

#include <kameo/actor/message.hpp>
#include <kameo/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

namespace kameo {

/// How one ask is made. Cancelling is the completion token's: asio's cancellation slot.
struct AskOptions {
  /// How long the caller waits; then it gets `deadline_exceeded`. None: as long as it takes.
  std::optional<std::chrono::milliseconds> deadline;
};

}  // namespace kameo

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
  ReplyTo reply_to;  ///< false for a tell
  std::optional<Clock::time_point> deadline;
};

}  // namespace kameo::actor

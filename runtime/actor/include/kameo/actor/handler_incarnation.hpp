#pragma once

#include <kameo/actor/call.hpp>
#include <kameo/actor/concurrency.hpp>
#include <kameo/actor/context.hpp>
#include <kameo/actor/handler.hpp>
#include <kameo/actor/incarnation.hpp>

#include <asio/awaitable.hpp>
#include <asio/cancellation_signal.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kameo {

/// Makes the object of one incarnation. What it throws is a failed start.
using HandlerFactory = std::function<std::unique_ptr<Handler>(const ActorContext&)>;

}  // namespace kameo

namespace kameo::actor {

/// An error from what a coroutine of the user's threw: `handler_failed` with the exception's text
/// and type; a kameo::Error passes as it is. Call it in a catch block.
[[nodiscard]] Error current_exception_as_error() noexcept;

/// One life of an actor in this process: a Handler object and the messages that it works on, one at
/// a time or as many as `concurrency` says. One that nobody waits for any more is cancelled.
/// An exception from a handler is the answer to that ask, and the actor lives on: in one process
/// nothing else has been damaged by it that a new object would mend. A failed start is
/// `start_failed`.
class HandlerIncarnation final : public Incarnation,
                                 public Canceller,
                                 public std::enable_shared_from_this<HandlerIncarnation> {
 public:
  HandlerIncarnation(const Strand& strand, std::shared_ptr<Owner> owner, ActorContext context,
                     HandlerFactory factory, Bytes config, Concurrency concurrency);

  void start() override;
  [[nodiscard]] bool has_room(RouteNumber route) const override;
  void deliver(Envelope envelope) override;
  void deliver_beside(Envelope envelope) override;
  /// Terminate and kill give up on the handlers that still run: their asks are answered with
  /// `died_may_have_run` now and they are cancelled; what they do later has no effect. Nothing can
  /// end a coroutine that does not await.
  void stop(StopMode mode) override;
  void cancel(std::uint64_t token) override;

 private:
  using Self = std::shared_ptr<HandlerIncarnation>;
  struct InHand {
    ReplyTo reply_to;
    std::uint32_t uses = 0;  ///< so that a late cancel is not taken for the next message's
    bool running = false;
    asio::cancellation_signal signal;
  };

  static asio::awaitable<void> run_start(Self self);
  static asio::awaitable<void> run_message(Self self, std::size_t place, RouteNumber route,
                                           Message message, Streams streams);
  void run(std::size_t place, Envelope envelope);
  void cancel_place(std::size_t place, std::uint32_t uses);
  /// A coroutine of this actor's runs on it: what it asks inherits from `call`.
  [[nodiscard]] asio::any_io_executor executor_for(Call call) const;
  [[nodiscard]] bool is_idle() const noexcept {
    return free_places_.size() == concurrency_.most() &&
           free_beside_.size() == in_hand_.size() - concurrency_.most();
  }
  static asio::awaitable<void> run_stop(Self self);
  void end(Ending ending);

  Strand strand_;
  std::shared_ptr<Owner> owner_;  // null once it has ended
  ActorContext context_;
  HandlerFactory factory_;
  Bytes config_;
  std::unique_ptr<Handler> handler_;
  bool started_ = false;
  bool stopping_ = false;
  /// The messages in hand, by their place: as many as may run at once, then those beside them.
  std::deque<InHand> in_hand_;
  const Concurrency concurrency_;
  mutable bool starved_ = false;  // somebody asked for room and there was none
  std::vector<std::size_t> free_places_;
  std::vector<std::size_t> free_beside_;
};

}  // namespace kameo::actor

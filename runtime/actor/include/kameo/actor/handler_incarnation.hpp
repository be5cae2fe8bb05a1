#pragma once

#include <kameo/actor/context.hpp>
#include <kameo/actor/handler.hpp>
#include <kameo/actor/incarnation.hpp>

#include <asio/awaitable.hpp>

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
/// a time or `concurrency` of them.
/// An exception from a handler is the answer to that ask, and the actor lives on: in one process
/// nothing else has been damaged by it that a new object would mend. A failed start is
/// `start_failed`.
class HandlerIncarnation final : public Incarnation,
                                 public std::enable_shared_from_this<HandlerIncarnation> {
 public:
  HandlerIncarnation(const Strand& strand, std::shared_ptr<Owner> owner, ActorContext context,
                     HandlerFactory factory, Bytes config, std::uint32_t concurrency);

  void start() override;
  [[nodiscard]] bool has_room() const override;
  void deliver(Envelope envelope) override;
  /// Terminate and kill give up on the handlers that still run: their asks are answered with
  /// `stopped` now, what they do later has no effect. Nothing can end a coroutine from outside.
  void stop(StopMode mode) override;

 private:
  using Self = std::shared_ptr<HandlerIncarnation>;

  static asio::awaitable<void> run_start(Self self);
  static asio::awaitable<void> run_message(Self self, std::size_t place, RouteNumber route,
                                           Message message);
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
  /// The asks in hand; a message's place is its index. As many as may run at once.
  std::vector<ReplyTo> in_hand_;
  std::vector<std::size_t> free_places_;
};

}  // namespace kameo::actor

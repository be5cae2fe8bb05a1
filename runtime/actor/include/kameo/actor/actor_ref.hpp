#pragma once

#include <kameo/actor/ask.hpp>

#include <asio/async_result.hpp>
#include <asio/use_awaitable.hpp>

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace kameo {

/// What an asynchronous call of kameo uses where no completion token is given: `co_await` it.
using default_token = asio::use_awaitable_t<>;

/// The address of an actor: its slot, which outlives restarts. Generated refs (`StrategyRef`)
/// derive from it and add a function per handler. Copies are cheap and point to the same slot.
/// Thread-safety: const functions from any thread.
class ActorRef {
 public:
  ActorRef() = default;  ///< points nowhere: every call gives `stopped`
  explicit ActorRef(std::shared_ptr<actor::Receiver> receiver) : receiver_(std::move(receiver)) {}

  [[nodiscard]] std::string_view name() const noexcept {
    return receiver_ ? receiver_->name() : std::string_view{};
  }
  explicit operator bool() const noexcept { return receiver_ != nullptr; }
  [[nodiscard]] const std::shared_ptr<actor::Receiver>& receiver() const noexcept {
    return receiver_;
  }

  friend bool operator==(const ActorRef&, const ActorRef&) = default;

 protected:
  /// Asks and gives a `Result<Output>` to the token. The request is encoded or copied before
  /// this returns. A cancel (asio's cancellation slot) ends the wait with `cancelled`; the
  /// message may have been sent and may run.
  /// Errors: every errc of an ask (docs/guarantees.md); `invalid_argument` sends nothing.
  template <class Output, class Request, class Token>
  auto ask(actor::RouteNumber route, const Request& request, const AskOptions& options,
           Token&& token) const {
    return ask_message<Output>(route, prepare(request), options, std::forward<Token>(token));
  }

  /// The same with a message made before; where there is none, its error is the outcome.
  template <class Output, class Token>
  auto ask_message(actor::RouteNumber route, Result<actor::Message> message,
                   const AskOptions& options, Token&& token) const {
    return asio::async_initiate<Token, void(Result<Output>)>(Initiate<Output>{}, token, receiver_,
                                                             route, std::move(message), options);
  }

  /// Sends without a reply. Success means taken into the mailbox, no more.
  /// Fails with `stopped`, `overloaded`, `invalid_argument`.
  template <class Request>
  Result<void> tell(actor::RouteNumber route, const Request& request) const {
    if (!receiver_) return nowhere();
    auto message = prepare(request);
    if (!message) return message.error();
    return receiver_->deliver(actor::Envelope(route, std::move(*message)));
  }

 private:
  template <class Request>
  [[nodiscard]] Result<actor::Message> prepare(const Request& request) const {
    if (!receiver_) return nowhere();
    if constexpr (std::is_same_v<Request, actor::Payload>) {
      return actor::Message::from_payload(request.bytes);
    } else {
      return prepare_value(request);
    }
  }
  template <class Request>
  [[nodiscard]] Result<actor::Message> prepare_value(const Request& request) const {
    if (!receiver_->wants_payload()) return actor::Message::of(request);
    auto payload = encode_payload(request);
    if (!payload) return payload.error();
    return actor::Message::from_payload(std::move(*payload));
  }
  [[nodiscard]] static Error nowhere() { return {errc::stopped, "this ref points to no actor"}; }

  template <class Output>
  struct Initiate {
    template <class CompletionHandler>
    void operator()(CompletionHandler&& handler, std::shared_ptr<actor::Receiver> receiver,
                    actor::RouteNumber route, Result<actor::Message> message,
                    AskOptions options) const {
      using Pending = actor::PendingAsk<Output, std::decay_t<CompletionHandler>>;
      const auto executor =
          receiver ? receiver->executor() : asio::any_io_executor(asio::system_executor());
      const auto pending =
          std::make_shared<Pending>(std::forward<CompletionHandler>(handler), executor);
      if (!receiver) return pending->complete(nowhere());
      if (!message) return pending->complete(message.error());

      std::optional<actor::Envelope::Clock::time_point> until;
      if (options.deadline) until = actor::Envelope::Clock::now() + *options.deadline;
      pending->arm(executor, until);
      // An ask that is not taken is answered by the receiver: nothing to see in what it returns.
      static_cast<void>(receiver->deliver(
          actor::Envelope(route, std::move(*message), actor::ReplyTo(pending), until)));
    }
  };

  std::shared_ptr<actor::Receiver> receiver_;
};

}  // namespace kameo

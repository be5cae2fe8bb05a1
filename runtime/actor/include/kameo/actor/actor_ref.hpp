#pragma once

#include <kameo/actor/ask.hpp>
#include <kameo/actor/stream.hpp>

#include <asio/async_result.hpp>
#include <asio/system_executor.hpp>

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace kameo {

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
  /// this returns. A cancel (asio's cancellation slot) ends the wait with `cancelled`. What it
  /// leaves behind: a message that still waits is never begun; a handler at work is told and may
  /// run on, its answer reaches nobody. The same holds for a deadline that passes. Errors: every
  /// errc of an ask (docs/guarantees.md); `invalid_argument` sends nothing.
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
                                                             route, std::move(message), options,
                                                             actor::Call::current());
  }

  /// Asks for a stream, at once.
  template <class Item, class Request>
  [[nodiscard]] Stream<Item> stream(actor::RouteNumber route, const Request& request,
                                    const StreamOptions& options) const {
    return stream_message<Item>(route, prepare(request), options);
  }
  template <class Item>
  [[nodiscard]] Stream<Item> stream_message(actor::RouteNumber route,
                                            Result<actor::Message> message,
                                            const StreamOptions& options) const {
    return Stream<Item>(begin(route, std::move(message), true, false, options), options.idle);
  }
  /// Asks with an input stream for one reply.
  template <class In, class Reply, class Request>
  [[nodiscard]] Upload<In, Reply> upload(actor::RouteNumber route, const Request& request,
                                         const AskOptions& options) const {
    return upload_message<In, Reply>(route, prepare(request), options);
  }
  template <class In, class Reply>
  [[nodiscard]] Upload<In, Reply> upload_message(actor::RouteNumber route,
                                                 Result<actor::Message> message,
                                                 const AskOptions& options) const {
    StreamOptions stream;
    stream.deadline = options.deadline;
    stream.trace = options.trace;
    return Upload<In, Reply>(begin(route, std::move(message), false, true, stream));
  }
  /// Asks with an input stream for a stream.
  template <class In, class Out, class Request>
  [[nodiscard]] Exchange<In, Out> exchange(actor::RouteNumber route, const Request& request,
                                           const StreamOptions& options) const {
    return exchange_message<In, Out>(route, prepare(request), options);
  }
  template <class In, class Out>
  [[nodiscard]] Exchange<In, Out> exchange_message(actor::RouteNumber route,
                                                   Result<actor::Message> message,
                                                   const StreamOptions& options) const {
    return Exchange<In, Out>(begin(route, std::move(message), true, true, options), options.idle);
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
    if (!receiver_->wants_payload()) {
      if (auto broken = broken_limits(request, errc::invalid_argument)) return *broken;
      return actor::Message::of(request);
    }
    auto payload = encode_payload(request);
    if (!payload) return payload.error();
    return actor::Message::from_payload(std::move(*payload));
  }
  [[nodiscard]] std::shared_ptr<actor::StreamCall> begin(actor::RouteNumber route,
                                                         Result<actor::Message> message,
                                                         bool with_output, bool with_input,
                                                         const StreamOptions& options) const {
    const auto executor =
        receiver_ ? receiver_->executor() : asio::any_io_executor(asio::system_executor());
    actor::Streams streams;
    streams.output = std::make_shared<actor::ItemPipe>(options.window, false, executor);
    if (with_input) {
      const bool wants_payload = receiver_ && receiver_->wants_payload();
      streams.input = std::make_shared<actor::ItemPipe>(default_window, wants_payload, executor);
    }
    const auto call =
        std::make_shared<actor::StreamCall>(receiver_, std::move(streams), with_output);
    call->start(route, std::move(message), options, actor::Call::current());
    return call;
  }
  [[nodiscard]] static Error nowhere() { return {errc::stopped, "this ref points to no actor"}; }

  template <class Output>
  struct Initiate {
    template <class CompletionHandler>
    void operator()(CompletionHandler&& handler, std::shared_ptr<actor::Receiver> receiver,
                    actor::RouteNumber route, Result<actor::Message> message, AskOptions options,
                    const std::shared_ptr<const actor::Call>& inherited) const {
      using Pending = actor::PendingAsk<Output, std::decay_t<CompletionHandler>>;
      const auto executor =
          receiver ? receiver->executor() : asio::any_io_executor(asio::system_executor());
      const auto pending =
          std::make_shared<Pending>(std::forward<CompletionHandler>(handler), executor);
      if (!receiver) return pending->complete(nowhere());
      if (!message) return pending->complete(message.error());

      const auto own = options.deadline ? options.deadline : receiver->deadline(route);
      auto until = actor::deadline_of(own, inherited, *receiver);
      until =
          pending->arm(*receiver, until, own.is_none() ? nullptr : receiver->default_deadline());
      actor::Envelope envelope(route, std::move(*message), actor::ReplyTo(pending), until);
      actor::inherit(envelope, options.trace, inherited);
      // An ask that is not taken is answered by the receiver: nothing to see in what it returns.
      static_cast<void>(receiver->deliver(std::move(envelope)));
    }
  };

  std::shared_ptr<actor::Receiver> receiver_;
};

}  // namespace kameo

#pragma once

#include <kameo/actor/message.hpp>
#include <kameo/actor/stream.hpp>

#include <asio/awaitable.hpp>

#include <cstdint>
#include <string_view>

namespace kameo {

/// What a C++ handler returns: a coroutine that gives the reply or an error.
/// An exception that leaves it becomes `handler_failed` with the exception's text.
/// When nobody waits any more for what it gives, the coroutine is cancelled (asio's cancellation
/// slot): what it awaits ends, with an error or an exception. Asks that it makes inherit deadline
/// and call chain of the one that it handles (kameo/actor/call.hpp).
template <class T>
using Reply = asio::awaitable<Result<T>>;

/// An actor written in C++, behind its types. Generated `StrategyHandler` derives from it and
/// leaves one virtual function per handler to the user. One object per incarnation.
/// Called on one strand, one message at a time unless the actor has `concurrency`.
class Handler {
 public:
  Handler() = default;
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  virtual ~Handler() = default;

  /// Calls `on_start` with the decoded config; an error or an exception is a failed start.
  virtual Reply<void> start(actor::Message config) = 0;
  /// Decodes the request, calls the handler of that route, gives its reply as a message; an empty
  /// one for a handler that streams, when it has ended.
  /// Fails with `unknown_route`.
  virtual Reply<actor::Message> dispatch(std::uint16_t route, actor::Message request,
                                         actor::Streams streams) = 0;
  /// Calls `on_stop`.
  virtual Reply<void> stop() = 0;
};

/// The C++ side of a callback module: answers what children ask. Generated `MarketCallbacks`
/// derives from it. One object for all who use the module; calls run concurrently on the
/// runtime's executor, so it guards its own state.
class CallbackHandler {
 public:
  CallbackHandler() = default;
  CallbackHandler(const CallbackHandler&) = delete;
  CallbackHandler& operator=(const CallbackHandler&) = delete;
  virtual ~CallbackHandler() = default;

  /// The module's name in the IDL, such as `market`.
  [[nodiscard]] virtual std::string_view module() const noexcept = 0;
  /// `route`: the callback's place in its module, from 1.
  virtual Reply<actor::Message> dispatch(std::uint16_t route, actor::Message request,
                                         actor::Streams streams) = 0;
};

/// What generated code says of an actor's type: enough to start it anywhere.
struct ActorType {
  std::string_view name;  ///< `trading.Strategy`
  ByteView schema;        ///< schema::to_bytes of its package
};

}  // namespace kameo

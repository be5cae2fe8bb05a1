#include <kameo/actor/callback_receiver.hpp>
#include <kameo/actor/handler_incarnation.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include <utility>

namespace kameo::actor {
namespace {

asio::awaitable<void> answer(std::shared_ptr<CallbackHandler> handler, RouteNumber route,
                             Message request, ReplyTo reply_to) {
  Result<Message> result = Error(errc::internal, "a callback without an end");
  try {
    result = co_await handler->dispatch(route, std::move(request));
  } catch (...) {
    result = current_exception_as_error();
  }
  reply_to(std::move(result));
}

}  // namespace

Result<void> CallbackReceiver::deliver(Envelope envelope) {
  asio::co_spawn(
      executor_,
      answer(handler_, envelope.route, std::move(envelope.message), std::move(envelope.reply_to)),
      asio::detached);
  return {};
}

}  // namespace kameo::actor

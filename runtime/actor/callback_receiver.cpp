#include <kameo/actor/callback_receiver.hpp>
#include <kameo/actor/handler_incarnation.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>
#include <asio/strand.hpp>

#include <utility>

namespace kameo::actor {
namespace {

/// One call of a callback, on a strand of its own: a cancel comes from elsewhere.
class CallbackCall final : public Canceller, public std::enable_shared_from_this<CallbackCall> {
 public:
  CallbackCall(const asio::any_io_executor& executor, std::shared_ptr<CallbackHandler> handler,
               ReplyTo reply_to)
      : strand_(executor), handler_(std::move(handler)), reply_to_(std::move(reply_to)) {}

  void start(Envelope envelope) {
    const auto self = shared_from_this();
    reply_to_.on_abandoned(self, 0);
    asio::co_spawn(
        make_call_executor(strand_, take_call(envelope)),
        run(self, envelope.route, std::move(envelope.message), std::move(envelope.streams)),
        asio::bind_cancellation_slot(signal_.slot(), asio::detached));
  }

  void cancel(std::uint64_t /*the only one*/) override {
    asio::post(strand_, [self = shared_from_this()] {
      self->signal_.emit(asio::cancellation_type::terminal);
    });
  }

 private:
  static asio::awaitable<void> run(std::shared_ptr<CallbackCall> self, RouteNumber route,
                                   Message request, Streams streams) {
    Result<Message> result = Error(errc::internal, "a callback without an end");
    try {
      result = co_await self->handler_->dispatch(route, std::move(request), std::move(streams));
    } catch (...) {
      result = current_exception_as_error();
    }
    self->reply_to_(std::move(result));
  }

  const asio::strand<asio::any_io_executor> strand_;
  const std::shared_ptr<CallbackHandler> handler_;
  ReplyTo reply_to_;
  asio::cancellation_signal signal_;
};

}  // namespace

Result<void> CallbackReceiver::deliver(Envelope envelope) {
  auto reply_to = std::move(envelope.reply_to);
  std::make_shared<CallbackCall>(executor_, handler_, std::move(reply_to))
      ->start(std::move(envelope));
  return {};
}

}  // namespace kameo::actor

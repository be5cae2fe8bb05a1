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
  /// `place`: of a tell, given back at its end.
  CallbackCall(const asio::any_io_executor& executor, std::shared_ptr<CallbackHandler> handler,
               ReplyTo reply_to, std::shared_ptr<void> place)
      : strand_(executor),
        handler_(std::move(handler)),
        reply_to_(std::move(reply_to)),
        place_(std::move(place)) {}

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
  const std::shared_ptr<void> place_;
  asio::cancellation_signal signal_;
};

}  // namespace

Result<void> CallbackReceiver::deliver(Envelope envelope) {
  std::shared_ptr<void> place;
  if (!envelope.reply_to) {
    // Asks are bounded where they come from, by those that are open; nobody there counts tells.
    if (tells_->fetch_add(1) >= most_tells) {
      tells_->fetch_sub(1);
      return fail(errc::overloaded, "`", name_, "` has ", most_tells,
                  " messages in hand that want no answer");
    }
    place = std::shared_ptr<void>(nullptr, [tells = tells_](void*) { tells->fetch_sub(1); });
  }
  auto reply_to = std::move(envelope.reply_to);
  std::make_shared<CallbackCall>(executor_, handler_, std::move(reply_to), std::move(place))
      ->start(std::move(envelope));
  return {};
}

}  // namespace kameo::actor

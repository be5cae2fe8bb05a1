#include <kameo/actor/handler_incarnation.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/post.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <numeric>
#include <utility>

namespace kameo::actor {
namespace {

std::string current_exception_type() {
  const auto* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "unknown";
  int status = 0;
  char* readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string name = readable != nullptr ? readable : type->name();
  std::free(readable);
  return name;
}

}  // namespace

Error current_exception_as_error() noexcept {
  ErrorData data;
  data.code = errc::handler_failed;
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& exception) {
    data.message = exception.what();
    data.type = current_exception_type();
  } catch (...) {
    data.message = "an exception that is no std::exception";
    data.type = current_exception_type();
  }
  return Error(std::move(data));
}

HandlerIncarnation::HandlerIncarnation(const Strand& strand, std::shared_ptr<Owner> owner,
                                       ActorContext context, HandlerFactory factory, Bytes config,
                                       Concurrency concurrency)
    : strand_(strand),
      owner_(std::move(owner)),
      context_(std::move(context)),
      factory_(std::move(factory)),
      config_(std::move(config)),
      in_hand_(concurrency.most()),
      concurrency_(std::move(concurrency)),
      free_places_(concurrency_.most()) {
  std::iota(free_places_.rbegin(), free_places_.rend(), std::size_t{0});
}

void HandlerIncarnation::start() {
  asio::co_spawn(executor_for({}), run_start(shared_from_this()), asio::detached);
}

asio::awaitable<void> HandlerIncarnation::run_start(Self self) {
  std::optional<Error> failed;
  try {
    self->handler_ = self->factory_(self->context_);
    auto done = co_await self->handler_->start(Message::from_payload(std::move(self->config_)));
    if (!done) failed = done.error();
  } catch (...) {
    failed = current_exception_as_error();
  }
  if (!self->owner_) co_return;  // killed meanwhile
  if (failed) {
    auto data = failed->data();
    data.code = errc::start_failed;
    self->end({Outcome::start_failed, Error(std::move(data)).with_context(self->context_.name())});
    co_return;
  }
  if (self->stopping_) {
    co_await run_stop(self);
    co_return;
  }
  self->started_ = true;
  self->owner_->on_started();
}

asio::any_io_executor HandlerIncarnation::executor_for(Call call) const {
  if (const auto id = owner_ ? owner_->id() : 0; id != 0) call.chain.push_back(id);
  return make_call_executor(strand_, std::move(call));
}

bool HandlerIncarnation::has_room(RouteNumber route) const {
  const auto in_use = concurrency_.most() - free_places_.size();
  const auto room = started_ && !stopping_ && in_use < concurrency_.of(route);
  if (!room) starved_ = true;
  return room;
}

void HandlerIncarnation::deliver(Envelope envelope) {
  const auto place = free_places_.back();
  free_places_.pop_back();
  run(place, std::move(envelope));
}

void HandlerIncarnation::deliver_beside(Envelope envelope) {
  if (free_beside_.empty()) {
    free_beside_.push_back(in_hand_.size());
    in_hand_.emplace_back();
  }
  const auto place = free_beside_.back();
  free_beside_.pop_back();
  run(place, std::move(envelope));
}

void HandlerIncarnation::run(std::size_t place, Envelope envelope) {
  auto& in_hand = in_hand_[place];
  in_hand.reply_to = std::move(envelope.reply_to);
  in_hand.running = true;
  const auto token = (std::uint64_t{++in_hand.uses} << 32U) | place;
  asio::co_spawn(executor_for(take_call(envelope)),
                 run_message(shared_from_this(), place, envelope.route, std::move(envelope.message),
                             std::move(envelope.streams)),
                 asio::bind_cancellation_slot(in_hand.signal.slot(), asio::detached));
  // After the start: whoever has given up since is told at once.
  in_hand.reply_to.on_abandoned(weak_from_this(), token);
}

void HandlerIncarnation::cancel(std::uint64_t token) {
  asio::post(strand_, [self = shared_from_this(), token] {
    self->cancel_place(token & 0xFFFFFFFFU, static_cast<std::uint32_t>(token >> 32U));
  });
}

void HandlerIncarnation::cancel_place(std::size_t place, std::uint32_t uses) {
  auto& in_hand = in_hand_[place];
  if (in_hand.uses != uses || !in_hand.running) return;  // it has ended since
  in_hand.signal.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> HandlerIncarnation::run_message(Self self, std::size_t place,
                                                      RouteNumber route, Message message,
                                                      Streams streams) {
  Result<Message> answer = Error(errc::internal, "a handler without an end");
  try {
    answer = co_await self->handler_->dispatch(route, std::move(message), std::move(streams));
  } catch (...) {
    answer = current_exception_as_error();
  }
  auto& in_hand = self->in_hand_[place];
  in_hand.running = false;
  // Answered already where the incarnation was killed: then this does nothing.
  in_hand.reply_to(std::move(answer));
  const auto beside = place >= self->concurrency_.most();
  (beside ? self->free_beside_ : self->free_places_).push_back(place);
  if (!self->owner_) co_return;
  if (self->stopping_) {
    // Not awaited here: this coroutine may have been cancelled.
    if (self->is_idle()) asio::co_spawn(self->strand_, run_stop(self), asio::detached);
  } else if (!beside && std::exchange(self->starved_, false)) {
    self->owner_->on_room();
  }
}

void HandlerIncarnation::stop(StopMode mode) {
  if (!owner_) return;
  if (mode == StopMode::drain) {
    if (std::exchange(stopping_, true)) return;
    // One that is still starting sees it at the end of its start.
    if (started_ && is_idle()) {
      asio::co_spawn(strand_, run_stop(shared_from_this()), asio::detached);
    }
    return;
  }
  stopping_ = true;
  for (std::size_t place = 0; place < in_hand_.size(); ++place) {
    auto& in_hand = in_hand_[place];
    if (in_hand.reply_to) {
      in_hand.reply_to(
          fail(errc::died_may_have_run, context_.name(), " was stopped while it worked on this"));
    }
    if (in_hand.running) cancel((std::uint64_t{in_hand.uses} << 32U) | place);
  }
  // Not from within this call: the owner is not to be called from a function that it called.
  asio::post(strand_, [self = shared_from_this()] { self->end({}); });
}

asio::awaitable<void> HandlerIncarnation::run_stop(Self self) {
  Ending ending;
  try {
    auto done = co_await self->handler_->stop();
    if (!done) ending.error = done.error();
  } catch (...) {
    ending.error = current_exception_as_error();
  }
  self->end(std::move(ending));
}

void HandlerIncarnation::end(Ending ending) {
  if (const auto owner = std::exchange(owner_, nullptr)) owner->on_ended(std::move(ending));
}

}  // namespace kameo::actor

#include <kameo/actor/handler_incarnation.hpp>

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
                                       std::uint32_t concurrency)
    : strand_(strand),
      owner_(std::move(owner)),
      context_(std::move(context)),
      factory_(std::move(factory)),
      config_(std::move(config)),
      in_hand_(concurrency),
      free_places_(concurrency) {
  std::iota(free_places_.rbegin(), free_places_.rend(), std::size_t{0});
}

void HandlerIncarnation::start() {
  asio::co_spawn(strand_, run_start(shared_from_this()), asio::detached);
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

bool HandlerIncarnation::has_room() const {
  return started_ && !stopping_ && !free_places_.empty();
}

void HandlerIncarnation::deliver(Envelope envelope) {
  const auto place = free_places_.back();
  free_places_.pop_back();
  in_hand_[place] = std::move(envelope.reply_to);
  asio::co_spawn(
      strand_, run_message(shared_from_this(), place, envelope.route, std::move(envelope.message)),
      asio::detached);
}

asio::awaitable<void> HandlerIncarnation::run_message(Self self, std::size_t place,
                                                      RouteNumber route, Message message) {
  Result<Message> answer = Error(errc::internal, "a handler without an end");
  try {
    answer = co_await self->handler_->dispatch(route, std::move(message));
  } catch (...) {
    answer = current_exception_as_error();
  }
  // Answered already where the incarnation was killed: then this does nothing.
  self->in_hand_[place](std::move(answer));
  const auto was_full = self->free_places_.empty();
  self->free_places_.push_back(place);
  if (!self->owner_) co_return;
  if (self->stopping_) {
    if (self->free_places_.size() == self->in_hand_.size()) co_await run_stop(self);
  } else if (was_full) {
    self->owner_->on_room();
  }
}

void HandlerIncarnation::stop(StopMode mode) {
  if (!owner_) return;
  if (mode == StopMode::drain) {
    if (std::exchange(stopping_, true)) return;
    const auto idle = free_places_.size() == in_hand_.size();
    // One that is still starting sees it at the end of its start.
    if (started_ && idle) asio::co_spawn(strand_, run_stop(shared_from_this()), asio::detached);
    return;
  }
  stopping_ = true;
  for (auto& reply_to : in_hand_) {
    if (reply_to) {
      reply_to(fail(errc::stopped, context_.name(), " was stopped while it worked on this"));
    }
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

#include <kameo/wire/session.hpp>

#include "session_impl.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace kameo::wire {

Event Session::Impl::next_event() {
  while (!closing_) {
    auto frame = next_frame();
    if (!frame) {
      close(frame.error());
      break;
    }
    if (!*frame) {
      if (stream_ended_) end_with_stream();
      break;
    }
    auto event = dispatch(**frame);
    if (!event) {
      close(event.error());
      break;
    }
    if (event->type != Event::Type::none) return std::move(*event);
  }
  return closing_ ? closing_event() : Event{};
}

void Session::Impl::close(const Error& why) {
  if (closing_) return;
  closing_ = true;
  why_ = why;
  drop_all();
}

void Session::Impl::end_with_stream() {
  closing_ = true;
  drop_all();
  if (got_bye_ || said_bye_) return;
  why_ = Error(errc::session_closed, "the peer closed the connection");
}

void Session::Impl::drop_all() {
  output_.clear();
  to_answer_.clear();
  parked_ = 0;
  peer_streams_ = 0;
}

/// Once closed: an `error` for each open ask, then `closed`, then nothing.
Event Session::Impl::closing_event() {
  Event event;
  if (const auto id = asks_.end_any()) {
    event.type = Event::Type::error;
    event.correlation = *id;
    event.error = why_ ? *why_ : Error(errc::session_closed, "the peer said bye");
  } else if (!std::exchange(told_closed_, true)) {
    event.type = Event::Type::closed;
    event.error = why_;
  }
  return event;
}

Session::Session(Role role, Limits limits) : impl_(std::make_unique<Impl>(role, limits)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

std::span<std::byte> Session::prepare() {
  return impl_->input_.prepare();
}
void Session::commit(std::size_t size, TimePoint now) {
  impl_->now_ = now;
  if (!impl_->closing_) impl_->input_.commit(size);
}
void Session::receive(ByteView bytes, TimePoint now) {
  while (!bytes.empty()) {
    const auto room = prepare();
    const auto piece = bytes.first(std::min(bytes.size(), room.size()));
    std::memcpy(room.data(), piece.data(), piece.size());
    commit(piece.size(), now);
    bytes = bytes.subspan(piece.size());
  }
}
void Session::end_of_stream() {
  impl_->stream_ended_ = true;
}
Event Session::next_event() {
  return impl_->next_event();
}

ByteView Session::output() const noexcept {
  return impl_->output_.next();
}
void Session::consume_output(std::size_t size) {
  impl_->output_.consume(size);
}
std::size_t Session::output_bytes() const noexcept {
  return impl_->output_.size();
}

Result<void> Session::hello(Hello hello) {
  return impl_->hello(std::move(hello));
}
Result<void> Session::welcome(Welcome welcome) {
  return impl_->welcome(std::move(welcome));
}
Result<void> Session::ready(const Ready& ready) {
  return impl_->ready(ready);
}
Result<void> Session::start_failed(const Error& error) {
  return impl_->start_failed(error);
}
bool Session::is_running() const noexcept {
  return impl_->stage_ == Impl::Stage::running && !impl_->closing_;
}

Result<CorrelationId> Session::ask(schema::RouteNumber route, ByteView request,
                                   const AskParts& parts) {
  return impl_->ask(route, request, parts);
}
Result<CorrelationId> Session::ask(schema::RouteNumber route, ByteView request,
                                   std::optional<std::chrono::microseconds> timeout) {
  AskParts parts;
  parts.timeout = timeout;
  return impl_->ask(route, request, parts);
}
Result<void> Session::tell(schema::RouteNumber route, ByteView message) {
  return impl_->tell(route, message);
}
Result<void> Session::reply(CorrelationId ask, ByteView answer) {
  return impl_->reply(ask, answer);
}
Result<void> Session::refuse(CorrelationId ask, const Error& error) {
  return impl_->refuse(ask, error);
}
void Session::cancel(CorrelationId ask) {
  impl_->cancel(ask);
}

bool Session::may_send_item(CorrelationId peer_ask) const noexcept {
  return impl_->may_send_item(peer_ask);
}
Result<void> Session::send_item(CorrelationId peer_ask, ByteView item) {
  return impl_->send_item(peer_ask, item);
}
Result<void> Session::end_stream(CorrelationId peer_ask) {
  return impl_->end_stream(peer_ask);
}
void Session::grant(CorrelationId ask, StreamWindow more) {
  impl_->grant(ask, more);
}
bool Session::may_send_input(CorrelationId ask) const noexcept {
  return impl_->may_send_input(ask);
}
Result<void> Session::send_input(CorrelationId ask, ByteView item) {
  return impl_->send_input(ask, item);
}
Result<void> Session::end_input(CorrelationId ask, const std::optional<Error>& error) {
  return impl_->end_input(ask, error);
}
void Session::grant_input(CorrelationId peer_ask, StreamWindow more) {
  impl_->grant_input(peer_ask, more);
}

Result<void> Session::log(const LogRecord& record) {
  return impl_->log(record);
}
void Session::ping(std::uint64_t token) {
  impl_->ping(token);
}
void Session::drain() {
  impl_->drain();
}
void Session::bye() {
  impl_->bye();
}
void Session::close(const Error& why) {
  impl_->close(why);
}
bool Session::is_closed() const noexcept {
  return impl_->closing_;
}
std::size_t Session::open_asks() const noexcept {
  return impl_->asks_.size();
}
std::size_t Session::unanswered() const noexcept {
  return impl_->to_answer_.size();
}
std::uint64_t Session::parked_bytes() const noexcept {
  return impl_->parked_;
}
std::uint64_t Session::late_frames() const noexcept {
  return impl_->late_frames_;
}

}  // namespace kameo::wire

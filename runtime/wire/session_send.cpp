#include "session_impl.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace kameo::wire {
namespace {

std::array<std::byte, window_bytes> to_bytes(StreamWindow window) noexcept {
  std::array<std::byte, window_bytes> bytes{};
  std::memcpy(bytes.data(), &window.items, sizeof window.items);
  std::memcpy(bytes.data() + 8, &window.bytes, sizeof window.bytes);
  return bytes;
}

/// The payload of an error frame. A text that can't travel (not UTF-8, too long) must not cost the
/// caller its answer.
Result<Bytes> error_payload(const Error& error, std::size_t most) {
  auto payload = to_payload(error);
  if (payload && payload->size() <= most) return payload;
  return to_payload(Error(error.code(), "an error whose text could not be sent"));
}

}  // namespace

Result<void> Session::Impl::hello(Hello hello) {
  hello.message_bytes = limits_.message_bytes;
  hello.open_asks = limits_.open_asks;
  auto sent = send_own(FrameType::hello, to_payload(hello));
  if (sent) stage_ = Stage::greeted;
  return sent;
}

Result<void> Session::Impl::welcome(Welcome welcome) {
  if (peer_major_ != protocol_major) {
    return fail(errc::schema_mismatch, "the child speaks protocol ", peer_major_, ", this side ",
                protocol_major, "; install the same version of kameo on both");
  }
  welcome.minor = std::min(protocol_minor, peer_minor_);
  welcome.message_bytes = limits_.message_bytes;
  welcome.open_asks = limits_.open_asks;
  auto sent = send_own(FrameType::welcome, to_payload(welcome));
  if (sent) stage_ = Stage::welcomed;
  return sent;
}

Result<void> Session::Impl::ready(const Ready& ready) {
  auto sent = send_own(FrameType::ready, to_payload(ready));
  if (sent) stage_ = Stage::running;
  return sent;
}

Result<void> Session::Impl::start_failed(const Error& error) {
  return send_own(FrameType::error, error_payload(error, peer_.message_bytes));
}

Result<CorrelationId> Session::Impl::ask(schema::RouteNumber route, ByteView request,
                                         const AskParts& parts) {
  if (auto allowed = may_send(request.size()); !allowed) return allowed.error();
  if (parts.chain.size() > max_chain) {
    return fail(errc::over_limit, parts.chain.size(), " actors wait for each other; at most ",
                max_chain, " may");
  }
  if (asks_.in_use() >= peer_.open_asks) {
    return fail(errc::overloaded, asks_.in_use(),
                " asks are open; the peer's Limits::open_asks is ", peer_.open_asks);
  }
  OpenAsks::Ask ask;
  ask.stream = parts.window.has_value();
  ask.input = parts.input;
  if (parts.window && !ask.granted.grant(*parts.window)) {
    return fail(errc::invalid_argument, "a window of ", parts.window->bytes, " bytes");
  }
  FrameHeader header{0, FrameType::ask, 0, route, asks_.add(ask)};
  Parts out;
  if (parts.timeout) {
    header.flags |= flag::deadline;
    out.deadline_us = std::max<std::int64_t>(parts.timeout->count(), 0);
  }
  if (parts.trace) {
    header.flags |= flag::trace;
    out.trace = *parts.trace;
  }
  if (!parts.chain.empty()) {
    header.flags |= flag::chain;
    out.chain = parts.chain;
  }
  if (parts.window) {
    header.flags |= flag::window;
    out.window = *parts.window;
  }
  if (parts.input) header.flags |= flag::input;
  output_.push(header, request, out);
  asks_.ask(header.correlation)->sent_at = output_.data_end();
  return header.correlation;
}

Result<void> Session::Impl::tell(schema::RouteNumber route, ByteView message) {
  if (auto allowed = may_send(message.size()); !allowed) return allowed;
  output_.push({0, FrameType::tell, 0, route, 0}, message);
  return {};
}

Result<void> Session::Impl::reply(CorrelationId ask, ByteView answer) {
  if (closing_ || said_bye_) return closed_error();
  const auto* open = to_answer_.find(ask);
  if (open == nullptr) return {};
  if (open->stream) return fail(errc::invalid_argument, "one reply to an ask that wants a stream");
  if (auto room = has_room(answer.size()); !room) return room;
  forget(ask);
  output_.push({0, FrameType::reply, 0, 0, ask}, answer);
  return {};
}

Result<void> Session::Impl::refuse(CorrelationId ask, const Error& error) {
  if (closing_ || said_bye_) return closed_error();
  if (!to_answer_.contains(ask)) return {};
  const auto payload = error_payload(error, peer_.message_bytes);
  if (!payload) return payload.error();
  forget(ask);
  output_.push({0, FrameType::error, 0, 0, ask}, *payload);
  return {};
}

void Session::Impl::cancel(CorrelationId ask) {
  if (closing_ || asks_.find(ask) != OpenAsks::Found::open) return;
  asks_.cancel(ask);
  auto& parked = asks_.ask(ask)->parked;
  unpark(parked, parked);
  if (said_bye_) return;
  output_.push({0, FrameType::cancel, 0, 0, ask}, {}, {}, asks_.ask(ask)->sent_at);
}

bool Session::Impl::may_send_item(CorrelationId peer_ask) noexcept {
  const auto* ask = to_answer_.find(peer_ask);
  return ask != nullptr && ask->stream && !ask->cancelled && ask->credit.any();
}

Result<void> Session::Impl::send_item(CorrelationId peer_ask, ByteView item) {
  if (closing_ || said_bye_) return closed_error();
  if (auto room = has_room(item.size()); !room) return room;
  auto* ask = to_answer_.find(peer_ask);
  if (ask == nullptr || ask->cancelled) return Error(errc::cancelled, "nobody reads this stream");
  if (!ask->stream) return fail(errc::invalid_argument, "an item for an ask that wants one reply");
  if (!ask->credit.use(item.size())) {
    return fail(errc::overloaded, "an item without credit; Event::credit tells when there is some");
  }
  output_.push({0, FrameType::stream_item, 0, 0, peer_ask}, item);
  return {};
}

Result<void> Session::Impl::end_stream(CorrelationId peer_ask) {
  if (closing_ || said_bye_) return closed_error();
  const auto* ask = to_answer_.find(peer_ask);
  if (ask == nullptr) return {};
  if (!ask->stream)
    return fail(errc::invalid_argument, "the end of a stream that nobody asked for");
  forget(peer_ask);
  output_.push({0, FrameType::stream_end, 0, 0, peer_ask}, {});
  return {};
}

void Session::Impl::grant(CorrelationId ask, StreamWindow more) {
  if (closing_ || said_bye_ || asks_.find(ask) != OpenAsks::Found::open) return;
  auto* open = asks_.ask(ask);
  if (!open->stream || !open->granted.grant(more)) return;
  unpark(open->parked, more.bytes);
  output_.push({0, FrameType::credit, 0, 0, ask}, to_bytes(more), {}, open->sent_at);
}

bool Session::Impl::may_send_input(CorrelationId ask) noexcept {
  if (asks_.find(ask) != OpenAsks::Found::open) return false;
  const auto* open = asks_.ask(ask);
  return open->input && open->input_credit.any();
}

Result<void> Session::Impl::send_input(CorrelationId ask, ByteView item) {
  if (closing_ || said_bye_) return closed_error();
  if (auto room = has_room(item.size()); !room) return room;
  if (asks_.find(ask) != OpenAsks::Found::open) {
    return Error(errc::cancelled, "the ask is over; nobody reads its input");
  }
  auto* open = asks_.ask(ask);
  if (!open->input)
    return fail(errc::invalid_argument, "input for an ask that has none, or ended it");
  if (!open->input_credit.use(item.size())) {
    return fail(errc::overloaded,
                "input without credit; Event::input_credit tells when there is some");
  }
  output_.push({0, FrameType::stream_item, flag::input, 0, ask}, item);
  return {};
}

Result<void> Session::Impl::end_input(CorrelationId ask, const std::optional<Error>& error) {
  if (closing_ || said_bye_) return closed_error();
  if (asks_.find(ask) != OpenAsks::Found::open) return {};
  if (!std::exchange(asks_.ask(ask)->input, false)) return {};
  Result<Bytes> payload = Bytes{};
  if (error) payload = error_payload(*error, peer_.message_bytes);
  if (!payload) return payload.error();
  output_.push({0, FrameType::stream_end, flag::input, 0, ask}, *payload);
  return {};
}

void Session::Impl::grant_input(CorrelationId peer_ask, StreamWindow more) {
  auto* ask = closing_ || said_bye_ ? nullptr : to_answer_.find(peer_ask);
  if (ask == nullptr || !ask->input || !ask->input_granted.grant(more)) return;
  unpark(ask->parked, more.bytes);
  output_.push({0, FrameType::credit, flag::input, 0, peer_ask}, to_bytes(more));
}

Result<void> Session::Impl::log(const LogRecord& record) {
  const auto payload = to_payload(record);
  if (!payload) return payload.error();
  if (auto allowed = may_send(payload->size()); !allowed) return allowed;
  output_.push({0, FrameType::log, 0, 0, 0}, *payload);
  return {};
}

void Session::Impl::ping(std::uint64_t token) {
  if (!closing_ && !said_bye_) output_.push({0, FrameType::ping, 0, 0, token}, {});
}

void Session::Impl::drain() {
  // Behind what was sent before: the peer must not say bye to asks that are still on their way.
  if (!closing_ && !said_bye_) {
    output_.push({0, FrameType::drain, 0, 0, 0}, {}, {}, output_.data_end());
  }
}

void Session::Impl::bye() {
  if (closing_ || said_bye_) return;
  said_bye_ = true;
  output_.push({0, FrameType::bye, 0, 0, 0}, {});
}

/// Frames that kameo itself defines go out whatever the limits: they are few and small.
Result<void> Session::Impl::send_own(FrameType type, const Result<Bytes>& payload) {
  if (closing_ || said_bye_) return closed_error();
  if (!payload) return payload.error();
  output_.push({0, type, 0, 0, 0}, *payload);
  return {};
}

Result<void> Session::Impl::may_send(std::size_t payload) const {
  if (closing_ || said_bye_) return closed_error();
  const bool open = role_ == Role::child ? stage_ >= Stage::welcomed : stage_ == Stage::running;
  if (!open) return fail(errc::session_closed, "the handshake has not come so far");
  return has_room(payload);
}

Result<void> Session::Impl::has_room(std::size_t payload) const {
  if (payload > peer_.message_bytes) return too_large(payload);
  if (output_.size() + payload > limits_.output_bytes) {
    return fail(errc::overloaded, output_.size(), " bytes wait for the peer to read; ",
                "Limits::output_bytes is ", limits_.output_bytes);
  }
  return {};
}

/// An ask of the peer's is answered.
void Session::Impl::forget(CorrelationId peer_ask) {
  auto* ask = to_answer_.find(peer_ask);
  if (ask == nullptr) return;
  parked_ -= ask->request + ask->parked;
  if (ask->streams) --peer_streams_;
  to_answer_.erase(peer_ask);
}

/// So many of an ask's parked bytes, if it has as many, are no longer parked.
void Session::Impl::unpark(std::uint64_t& parked, std::uint64_t bytes) {
  const auto fewer = std::min(parked, bytes);
  parked -= fewer;
  parked_ -= fewer;
}

Error Session::Impl::closed_error() const {
  if (why_) return {errc::session_closed, why_->message()};
  return {errc::session_closed, "the session has ended"};
}

Error Session::Impl::too_large(std::size_t size) const {
  return fail(errc::over_limit, "a message of ", size,
              " bytes; the peer's Limits::message_bytes is ", peer_.message_bytes);
}

}  // namespace kameo::wire

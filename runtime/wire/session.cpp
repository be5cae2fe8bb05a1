#include <kameo/wire/session.hpp>

#include "input_buffer.hpp"
#include "open_asks.hpp"
#include "output_queue.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>

namespace kameo::wire {
namespace {

/// A frame as it stands in the buffer.
struct Frame {
  FrameHeader header;
  std::optional<TimePoint> deadline;
  ByteView payload;
};

/// What a frame of this type may carry between header and payload.
std::uint8_t flags_of(FrameType type) noexcept {
  if (type == FrameType::ask || type == FrameType::tell) return flag::known;
  return is_control(type) ? 0 : flag::more;
}

/// Splits the body into the parts that the flags name and the payload.
Result<Frame> split(const FrameHeader& header, ByteView body, TimePoint now) {
  Frame frame{header, {}, body};
  if ((header.flags & ~unsigned{flags_of(header.type)}) != 0) {
    return fail(errc::bad_frame, "flags ", header.flags, " do not go with a ",
                to_string(header.type), " frame");
  }
  const auto take = [&](std::size_t size) {
    const auto part = frame.payload.first(size);
    frame.payload = frame.payload.subspan(size);
    return part;
  };
  const auto too_short = [&] {
    return fail(errc::bad_frame, "a ", to_string(header.type), " frame of ", header.length,
                " bytes is too short for its flags");
  };
  if ((header.flags & flag::deadline) != 0) {
    if (frame.payload.size() < 8) return too_short();
    std::int64_t left_us = 0;
    std::memcpy(&left_us, take(8).data(), 8);
    if (left_us < 0) return fail(errc::bad_frame, "a deadline of ", left_us, " µs");
    // Longer than a century would overflow the clock, and means the same as none.
    constexpr std::int64_t century_us = 100LL * 366 * 86400 * 1000000;
    if (left_us < century_us) frame.deadline = now + std::chrono::microseconds(left_us);
  }
  if ((header.flags & flag::trace) != 0) {
    if (frame.payload.size() < 32) return too_short();
    take(32);
  }
  if ((header.flags & flag::chain) != 0) {
    if (frame.payload.size() < 8) return too_short();
    std::uint32_t count = 0;
    std::memcpy(&count, take(8).data(), 4);
    if (frame.payload.size() / 8 < count) return too_short();
    take(std::size_t{count} * 8);
  }
  return frame;
}

}  // namespace

class Session::Impl {
 public:
  Impl(Role role, Limits limits) : role_(role), limits_(limits) {}

  // How far the handshake is; each step allows more frames.
  enum class Stage : std::uint8_t {
    opening,   ///< nothing said; parent waits for hello
    greeted,   ///< hello said; parent must welcome, child waits for that
    welcomed,  ///< the child starts; it may log and ask
    running,   ///< both may ask
  };

  InputBuffer input;

  void commit(std::size_t size, TimePoint now) {
    now_ = now;
    if (!closing_) input.commit(size);
  }

  void end_of_stream() { stream_ended_ = true; }

  Event next_event() {
    while (!closing_) {
      auto frame = next_frame();
      if (!frame) {
        close(frame.error());
        break;
      }
      if (!*frame) {
        if (stream_ended_) close_at_end_of_stream();
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

  [[nodiscard]] const OutputQueue& output() const noexcept { return output_; }
  void consume_output(std::size_t size) { output_.consume(size); }

  Result<void> hello(Hello hello) {
    hello.message_bytes = limits_.message_bytes;
    hello.open_asks = limits_.open_asks;
    auto sent = send_own(FrameType::hello, to_payload(hello));
    if (sent) stage_ = Stage::greeted;
    return sent;
  }

  Result<void> welcome(Welcome welcome) {
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

  Result<void> ready(const Ready& ready) {
    auto sent = send_own(FrameType::ready, to_payload(ready));
    if (sent) stage_ = Stage::running;
    return sent;
  }

  Result<void> start_failed(const Error& error) {
    return send_own(FrameType::error, to_payload(error));
  }

  Result<CorrelationId> ask(schema::RouteNumber route, ByteView request,
                            std::optional<std::chrono::microseconds> timeout) {
    if (auto allowed = may_send(request.size()); !allowed) return allowed.error();
    if (asks_.in_use() >= peer_.open_asks) {
      return fail(errc::overloaded, asks_.in_use(),
                  " asks are open; the peer's Limits::open_asks is ", peer_.open_asks);
    }
    const auto id = asks_.add();
    FrameHeader header{0, FrameType::ask, 0, route, id};
    if (timeout) header.flags |= flag::deadline;
    const auto left_us = timeout ? std::max<std::int64_t>(timeout->count(), 0) : 0;
    output_.push(header, request, {left_us});
    return id;
  }

  Result<void> tell(schema::RouteNumber route, ByteView message) {
    if (auto allowed = may_send(message.size()); !allowed) return allowed;
    output_.push({0, FrameType::tell, 0, route, 0}, message);
    return {};
  }

  Result<void> reply(CorrelationId ask, ByteView answer) {
    if (closing_ || said_bye_) return closed_error();
    if (!to_answer_.contains(ask)) return {};
    if (auto room = has_room(answer.size()); !room) return room;
    to_answer_.erase(ask);
    output_.push({0, FrameType::reply, 0, 0, ask}, answer);
    return {};
  }

  Result<void> refuse(CorrelationId ask, const Error& error) {
    if (closing_ || said_bye_) return closed_error();
    if (!to_answer_.contains(ask)) return {};
    auto payload = to_payload(error);
    // A text that can't travel (no UTF-8, too long) must not cost the caller its answer.
    if (!payload || payload->size() > peer_.message_bytes) {
      payload = to_payload(Error(error.code(), "an error whose text could not be sent"));
    }
    if (!payload) return payload.error();
    to_answer_.erase(ask);
    output_.push({0, FrameType::error, 0, 0, ask}, *payload);
    return {};
  }

  void cancel(CorrelationId ask) {
    if (closing_) return;
    const auto open_before = asks_.size();
    asks_.cancel(ask);
    if (asks_.size() != open_before && !said_bye_)
      output_.push({0, FrameType::cancel, 0, 0, ask}, {});
  }

  Result<void> log(const LogRecord& record) {
    auto payload = to_payload(record);
    if (!payload) return payload.error();
    if (auto allowed = may_send(payload->size()); !allowed) return allowed;
    output_.push({0, FrameType::log, 0, 0, 0}, *payload);
    return {};
  }

  void drain() {
    if (!closing_ && !said_bye_) output_.push({0, FrameType::drain, 0, 0, 0}, {});
  }

  void bye() {
    if (closing_ || said_bye_) return;
    said_bye_ = true;
    output_.push({0, FrameType::bye, 0, 0, 0}, {});
  }

  void close(const Error& why) {
    if (closing_) return;
    closing_ = true;
    why_ = why;
    output_.clear();
    to_answer_.clear();
  }

  [[nodiscard]] bool is_closed() const noexcept { return closing_; }
  [[nodiscard]] bool is_running() const noexcept { return stage_ == Stage::running && !closing_; }
  [[nodiscard]] std::size_t open_asks() const noexcept { return asks_.size(); }
  [[nodiscard]] std::size_t unanswered() const noexcept { return to_answer_.size(); }
  [[nodiscard]] std::uint64_t late_answers() const noexcept { return late_answers_; }

 private:
  // In ------------------------------------------------------------------------------------------

  /// The next whole frame; none when the rest of it has still to come.
  Result<std::optional<Frame>> next_frame() {
    const auto unread = input.unread();
    if (unread.size() < FrameHeader::size) return std::optional<Frame>();
    const auto header = load_header(unread.first<FrameHeader::size>());
    if (!header) return header.error();
    const auto size = frame_bytes(*header);
    if (unread.size() < size) return std::optional<Frame>();
    input.consume(size);
    for (const auto pad : unread.subspan(FrameHeader::size + header->length,
                                         size - FrameHeader::size - header->length)) {
      if (pad != std::byte{0}) {
        return fail(errc::bad_frame, "padding after a ", to_string(header->type),
                    " frame that is not zero");
      }
    }
    auto frame = split(*header, unread.subspan(FrameHeader::size, header->length), now_);
    if (!frame) return frame.error();
    return std::optional<Frame>(std::move(*frame));
  }

  /// Puts chunked payloads together, then takes whole messages; none where the frame is for the
  /// session itself.
  Result<Event> dispatch(const Frame& frame) {
    const auto& header = frame.header;
    if (header.type == FrameType::chunk) {
      if (!assembling_) return out_of_place(header);
      if (header.route != assembling_->route || header.correlation != assembling_->correlation) {
        return fail(errc::bad_frame, "a chunk of another message than the one that is open");
      }
      // Without this a peer could keep a message open for ever at no cost.
      if (frame.payload.empty()) return fail(errc::bad_frame, "a chunk without payload");
      if (auto room = assemble(frame.payload); !room) return room.error();
      if ((header.flags & flag::more) != 0) return Event{};
      Frame whole{*std::exchange(assembling_, std::nullopt), assembly_deadline_, assembly_};
      return message(whole);
    }
    if (is_control(header.type)) return control(header);
    if (assembling_) return out_of_place(header);
    if ((header.flags & flag::more) == 0) return message(frame);
    assembling_ = header;
    assembly_deadline_ = frame.deadline;
    assembly_.clear();
    if (auto room = assemble(frame.payload); !room) return room.error();
    return Event{};
  }

  Result<void> assemble(ByteView piece) {
    // Before the peer is known to be one of ours it gets no memory beyond the buffer.
    const auto most = stage_ == Stage::opening ? FrameHeader::max_length : limits_.message_bytes;
    if (assembly_.size() + piece.size() > most) {
      return fail(errc::over_limit, "a ", to_string(assembling_->type), " message of more than ",
                  most, " bytes; see Limits::message_bytes");
    }
    assembly_.insert(assembly_.end(), piece.begin(), piece.end());
    return {};
  }

  Result<Event> control(const FrameHeader& header) {
    if (stage_ == Stage::opening) return out_of_place(header);
    if (header.length != 0 || header.route != 0) {
      return fail(errc::bad_frame, "a ", to_string(header.type),
                  " frame with a payload or a route");
    }
    switch (header.type) {
      case FrameType::ping:
        if (auto reads = peer_reads(); !reads) return reads.error();
        if (!said_bye_) output_.push({0, FrameType::pong, 0, 0, header.correlation}, {});
        return Event{};
      case FrameType::pong:
        return Event{};
      case FrameType::drain: {
        Event event;
        event.type = Event::Type::drain;
        return event;
      }
      case FrameType::cancel: {
        Event event;
        // An ask that is answered already: the cancel crossed the answer.
        if (!to_answer_.contains(header.correlation)) return event;
        event.type = Event::Type::cancel;
        event.correlation = header.correlation;
        return event;
      }
      default:
        return out_of_place(header);  // credit: there are no streams in version 1.0
    }
  }

  Result<Event> message(const Frame& frame) {
    switch (frame.header.type) {
      case FrameType::hello:
        return got_hello(frame);
      case FrameType::welcome:
        return got_welcome(frame);
      case FrameType::ready:
        return got_ready(frame);
      case FrameType::ask:
        return got_ask(frame);
      case FrameType::tell:
        return got_tell(frame);
      case FrameType::reply:
      case FrameType::error:
        return got_answer(frame);
      case FrameType::log:
        return got_log(frame);
      case FrameType::metric:
        return got_metric(frame);
      case FrameType::bye:
        return got_bye(frame);
      default:
        return out_of_place(frame.header);
    }
  }

  Result<Event> got_hello(const Frame& frame) {
    if (role_ != Role::parent || stage_ != Stage::opening) return out_of_place(frame.header);
    auto hello = hello_from(frame.payload);
    if (!hello) return hello.error();
    peer_major_ = hello->major;
    peer_minor_ = hello->minor;
    take_peer_limits(hello->message_bytes, hello->open_asks);
    stage_ = Stage::greeted;
    return event(Event::Type::hello, frame);
  }

  Result<Event> got_welcome(const Frame& frame) {
    if (role_ != Role::child || stage_ != Stage::greeted) return out_of_place(frame.header);
    auto welcome = welcome_from(frame.payload);
    if (!welcome) return welcome.error();
    take_peer_limits(welcome->message_bytes, welcome->open_asks);
    stage_ = Stage::welcomed;
    return event(Event::Type::welcome, frame);
  }

  Result<Event> got_ready(const Frame& frame) {
    if (role_ != Role::parent || stage_ != Stage::welcomed) return out_of_place(frame.header);
    auto ready = ready_from(frame.payload);
    if (!ready) return ready.error();
    stage_ = Stage::running;
    return event(Event::Type::ready, frame);
  }

  Result<Event> got_ask(const Frame& frame) {
    const auto& header = frame.header;
    if (!may_call() || header.correlation == 0) return out_of_place(header);
    if (to_answer_.size() >= limits_.open_asks) {
      return fail(errc::over_limit, "more open asks than Limits::open_asks, ", limits_.open_asks);
    }
    if (auto reads = peer_reads(); !reads) return reads.error();
    if (!to_answer_.insert(header.correlation).second) {
      return fail(errc::bad_frame, "ask ", header.correlation, " is open already");
    }
    return event(Event::Type::ask, frame);
  }

  Result<Event> got_tell(const Frame& frame) {
    if (!may_call() || frame.header.correlation != 0) return out_of_place(frame.header);
    return event(Event::Type::tell, frame);
  }

  Result<Event> got_answer(const Frame& frame) {
    const auto& header = frame.header;
    if (stage_ < Stage::welcomed) return out_of_place(header);
    std::optional<Error> error;
    if (header.type == FrameType::error) {
      auto decoded = error_from(frame.payload);
      if (!decoded) return decoded.error();
      error.emplace(std::move(*decoded));
    }
    if (header.correlation == 0) return got_start_failed(header, std::move(error));
    switch (asks_.end(header.correlation)) {
      case OpenAsks::Found::open: {
        auto told = event(error ? Event::Type::error : Event::Type::reply, frame);
        told.error = std::move(error);
        return told;
      }
      case OpenAsks::Found::cancelled:
        ++late_answers_;
        return Event{};
      case OpenAsks::Found::ended:
        return fail(errc::bad_frame, "a second answer to ask ", header.correlation);
      case OpenAsks::Found::never_given:
        return fail(errc::bad_frame, "an answer to ask ", header.correlation,
                    ", which was never sent");
    }
    return Event{};
  }

  Result<Event> got_start_failed(const FrameHeader& header, std::optional<Error> error) {
    if (role_ != Role::parent || stage_ != Stage::welcomed || !error || start_failed_) {
      return out_of_place(header);
    }
    start_failed_ = true;
    Event event;
    event.type = Event::Type::start_failed;
    event.error = std::move(error);
    return event;
  }

  Result<Event> got_log(const Frame& frame) {
    if (role_ != Role::parent || stage_ == Stage::opening) return out_of_place(frame.header);
    return event(Event::Type::log, frame);
  }

  Result<Event> got_metric(const Frame& frame) {
    if (stage_ == Stage::opening) return out_of_place(frame.header);
    return Event{};  // reserved: a newer peer may send them, nobody here reads them yet
  }

  Result<Event> got_bye(const Frame& frame) {
    if (stage_ == Stage::opening) return out_of_place(frame.header);
    got_bye_ = true;
    close_at_end_of_stream();
    return Event{};
  }

  /// Each answer was asked for, yet one who asks and never reads would fill our memory with them.
  /// `reply` refuses from Limits::output_bytes on; refusals and pongs may take as much again.
  [[nodiscard]] Result<void> peer_reads() const {
    if (output_.size() / 2 <= limits_.output_bytes) return {};
    return fail(errc::over_limit, output_.size(), " bytes of answers that the peer does not read; ",
                "Limits::output_bytes is ", limits_.output_bytes);
  }

  [[nodiscard]] bool may_call() const noexcept {
    // A child may ask from its start-up code; a parent waits for `ready`.
    return role_ == Role::parent ? stage_ >= Stage::welcomed : stage_ == Stage::running;
  }

  static Event event(Event::Type type, const Frame& frame) {
    Event event;
    event.type = type;
    event.route = frame.header.route;
    event.correlation = frame.header.correlation;
    event.payload = frame.payload;
    event.deadline = frame.deadline;
    return event;
  }

  [[nodiscard]] Error out_of_place(const FrameHeader& header) const {
    static constexpr std::string_view stages[] = {"before hello", "before welcome", "before ready",
                                                  "while running"};
    return fail(errc::bad_frame, "a ", to_string(header.type), " frame ",
                stages[static_cast<std::size_t>(stage_)], " does not go");
  }

  // End -----------------------------------------------------------------------------------------

  void close_at_end_of_stream() {
    closing_ = true;
    output_.clear();
    to_answer_.clear();
    if (got_bye_ || said_bye_) return;
    why_ = Error(errc::session_closed, "the peer closed the connection");
  }

  /// Once closed: an `error` for each open ask, then `closed`, then nothing.
  Event closing_event() {
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

  // Out -----------------------------------------------------------------------------------------

  /// Frames that kameo itself defines go out whatever the limits: they are few and small.
  Result<void> send_own(FrameType type, Result<Bytes> payload) {
    if (closing_) return closed_error();
    if (!payload) return payload.error();
    output_.push({0, type, 0, 0, 0}, *payload);
    return {};
  }

  [[nodiscard]] Result<void> may_send(std::size_t payload) const {
    if (closing_ || said_bye_) return closed_error();
    const bool open = role_ == Role::child ? stage_ >= Stage::welcomed : stage_ == Stage::running;
    if (!open) return fail(errc::session_closed, "the handshake has not come so far");
    return has_room(payload);
  }

  [[nodiscard]] Result<void> has_room(std::size_t payload) const {
    if (payload > peer_.message_bytes) return too_large(payload);
    if (output_.size() + payload > limits_.output_bytes) {
      return fail(errc::overloaded, output_.size(), " bytes wait for the peer to read; ",
                  "Limits::output_bytes is ", limits_.output_bytes);
    }
    return {};
  }

  [[nodiscard]] Error closed_error() const {
    if (why_) return {errc::session_closed, why_->message()};
    return {errc::session_closed, "the session has ended"};
  }

  [[nodiscard]] Error too_large(std::size_t size) const {
    return fail(errc::over_limit, "a message of ", size,
                " bytes; the peer's Limits::message_bytes is ", peer_.message_bytes);
  }

  void take_peer_limits(std::uint32_t message_bytes, std::uint32_t open_asks) {
    peer_.message_bytes = message_bytes;
    peer_.open_asks = open_asks;
  }

  Role role_;
  Limits limits_;
  Limits peer_;  // what the peer takes; message_bytes and open_asks only
  Stage stage_ = Stage::opening;
  std::uint16_t peer_major_ = 0;
  std::uint16_t peer_minor_ = 0;
  TimePoint now_;

  std::optional<FrameHeader> assembling_;  // the first frame of a payload still coming
  std::optional<TimePoint> assembly_deadline_;
  Bytes assembly_;

  OutputQueue output_;
  OpenAsks asks_;
  std::unordered_set<CorrelationId> to_answer_;
  std::uint64_t late_answers_ = 0;

  bool start_failed_ = false;
  bool stream_ended_ = false;
  bool said_bye_ = false;
  bool got_bye_ = false;
  bool closing_ = false;
  bool told_closed_ = false;
  std::optional<Error> why_;  // none after a clean bye
};

Session::Session(Role role, Limits limits) : impl_(std::make_unique<Impl>(role, limits)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

std::span<std::byte> Session::prepare() {
  return impl_->input.prepare();
}
void Session::commit(std::size_t size, TimePoint now) {
  impl_->commit(size, now);
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
  impl_->end_of_stream();
}
Event Session::next_event() {
  return impl_->next_event();
}

ByteView Session::output() const noexcept {
  return impl_->output().next();
}
void Session::consume_output(std::size_t size) {
  impl_->consume_output(size);
}
std::size_t Session::output_bytes() const noexcept {
  return impl_->output().size();
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
  return impl_->is_running();
}

Result<CorrelationId> Session::ask(schema::RouteNumber route, ByteView request,
                                   std::optional<std::chrono::microseconds> timeout) {
  return impl_->ask(route, request, timeout);
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
Result<void> Session::log(const LogRecord& record) {
  return impl_->log(record);
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
  return impl_->is_closed();
}
std::size_t Session::open_asks() const noexcept {
  return impl_->open_asks();
}
std::size_t Session::unanswered() const noexcept {
  return impl_->unanswered();
}
std::uint64_t Session::late_answers() const noexcept {
  return impl_->late_answers();
}

}  // namespace kameo::wire

#include "session_impl.hpp"

#include <utility>

namespace kameo::wire {
namespace {

Event make_event(Event::Type type, const Frame& frame) {
  Event event;
  event.type = type;
  event.route = frame.header.route;
  event.correlation = frame.header.correlation;
  event.payload = frame.payload;
  event.deadline = frame.deadline;
  event.chain = frame.chain;
  event.trace = frame.trace;
  return event;
}

bool about_input(const FrameHeader& header) noexcept {
  return (header.flags & flag::input) != 0;
}

}  // namespace

/// The next whole frame; none when the rest of it has still to come.
Result<std::optional<Frame>> Session::Impl::next_frame() {
  const auto unread = input_.unread();
  if (unread.size() < FrameHeader::size) return std::optional<Frame>();
  const auto header = load_header(unread.first<FrameHeader::size>());
  if (!header) return header.error();
  const auto size = frame_bytes(*header);
  if (unread.size() < size) return std::optional<Frame>();
  input_.consume(size);
  for (const auto pad : unread.first(size).subspan(FrameHeader::size + header->length)) {
    if (pad == std::byte{0}) continue;
    return fail(errc::bad_frame, "padding after a ", to_string(header->type),
                " frame that is not zero");
  }
  auto frame = split(*header, unread.subspan(FrameHeader::size, header->length), now_);
  if (!frame) return frame.error();
  return std::optional<Frame>(std::move(*frame));
}

/// Puts chunked payloads together, then takes whole messages; Type::none where the frame is for
/// the session itself.
Result<Event> Session::Impl::dispatch(const Frame& frame) {
  const auto& header = frame.header;
  const bool more = (header.flags & flag::more) != 0;
  // Before the peer is known to be one of ours it gets no memory beyond the buffer.
  const auto most = stage_ == Stage::opening ? FrameHeader::max_length : limits_.message_bytes;
  if (header.type == FrameType::chunk) {
    if (!assembly_.is_open()) return out_of_place(header);
    if (!assembly_.is_of(header)) {
      return fail(errc::bad_frame, "a chunk of another message than the one that is open");
    }
    // Without this a peer could keep a message open for ever at no cost.
    if (frame.payload.empty()) return fail(errc::bad_frame, "a chunk without payload");
    if (auto room = assembly_.add(frame.payload, most); !room) return room.error();
    return more ? Event{} : message(assembly_.finish());
  }
  if (is_control(header.type)) {
    if (stage_ == Stage::opening) return out_of_place(header);
    return control(frame);
  }
  if (assembly_.is_open()) return out_of_place(header);
  if (!more) return message(frame);
  assembly_.begin(frame);
  if (auto room = assembly_.add(frame.payload, most); !room) return room.error();
  return Event{};
}

Result<Event> Session::Impl::control(const Frame& frame) {
  const auto& header = frame.header;
  const bool has_payload = header.type == FrameType::credit;
  if (header.route != 0 || (header.length != 0) != has_payload) {
    return fail(errc::bad_frame, "a ", to_string(header.type), " frame with a route or of ",
                header.length, " bytes");
  }
  switch (frame.header.type) {
    case FrameType::ping:
      if (auto reads = peer_reads(); !reads) return reads.error();
      if (!said_bye_) output_.push({0, FrameType::pong, 0, 0, header.correlation}, {});
      return Event{};
    case FrameType::pong:
      return make_event(Event::Type::pong, frame);
    case FrameType::drain:
      return make_event(Event::Type::drain, frame);
    case FrameType::cancel:
      return got_cancel(frame);
    case FrameType::credit:
      return got_credit(frame);
    default:
      return out_of_place(frame.header);
  }
}

Result<Event> Session::Impl::message(const Frame& frame) {
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
    case FrameType::stream_item:
      return about_input(frame.header) ? got_input_item(frame) : got_item(frame);
    case FrameType::stream_end:
      return about_input(frame.header) ? got_input_end(frame) : got_answer(frame);
    case FrameType::log:
      return got_log(frame);
    case FrameType::metric:
      // Reserved: a newer peer may send them, nobody here reads them yet.
      return stage_ == Stage::opening ? Result<Event>(out_of_place(frame.header)) : Event{};
    case FrameType::bye:
      return got_bye(frame);
    default:
      return out_of_place(frame.header);
  }
}

Result<Event> Session::Impl::got_hello(const Frame& frame) {
  if (role_ != Role::parent || stage_ != Stage::opening) return out_of_place(frame.header);
  auto hello = hello_from(frame.payload);
  if (!hello) return hello.error();
  peer_major_ = hello->major;
  peer_minor_ = hello->minor;
  peer_.message_bytes = hello->message_bytes;
  peer_.open_asks = hello->open_asks;
  stage_ = Stage::greeted;
  return make_event(Event::Type::hello, frame);
}

Result<Event> Session::Impl::got_welcome(const Frame& frame) {
  if (role_ != Role::child || stage_ != Stage::greeted) return out_of_place(frame.header);
  auto welcome = welcome_from(frame.payload);
  if (!welcome) return welcome.error();
  peer_.message_bytes = welcome->message_bytes;
  peer_.open_asks = welcome->open_asks;
  stage_ = Stage::welcomed;
  return make_event(Event::Type::welcome, frame);
}

Result<Event> Session::Impl::got_ready(const Frame& frame) {
  if (role_ != Role::parent || stage_ != Stage::welcomed) return out_of_place(frame.header);
  auto ready = ready_from(frame.payload);
  if (!ready) return ready.error();
  stage_ = Stage::running;
  return make_event(Event::Type::ready, frame);
}

bool Session::Impl::may_be_asked() const noexcept {
  // A child may ask from its start-up code; a parent waits for `ready`.
  return role_ == Role::parent ? stage_ >= Stage::welcomed : stage_ == Stage::running;
}

/// Each answer was asked for, yet one who asks and never reads would fill our memory with them.
/// `reply` refuses from Limits::output_bytes on; refusals and pongs may take as much again.
Result<void> Session::Impl::peer_reads() const {
  if (output_.size() / 2 <= limits_.output_bytes) return {};
  return fail(errc::over_limit, output_.size(), " bytes of answers that the peer does not read; ",
              "Limits::output_bytes is ", limits_.output_bytes);
}

/// Whether one more ask of the peer's may stand here.
Result<void> Session::Impl::may_stand(const Frame& ask) const {
  const bool streams = ask.window.has_value() || about_input(ask.header);
  if (streams && peer_streams_ >= limits_.open_streams) {
    return fail(errc::overloaded, peer_streams_, " streams are open; Limits::open_streams is ",
                limits_.open_streams);
  }
  return may_park(ask.payload.size());
}

Result<void> Session::Impl::may_park(std::size_t bytes) const {
  if (parked_ + bytes <= limits_.parked_bytes) return {};
  return fail(errc::overloaded, parked_, " bytes wait here to be worked on, and ", bytes,
              " more came; Limits::parked_bytes is ", limits_.parked_bytes);
}

Result<Event> Session::Impl::got_ask(const Frame& frame) {
  const auto& header = frame.header;
  if (!may_be_asked() || header.correlation == 0) return out_of_place(header);
  if (to_answer_.size() >= limits_.open_asks) {
    return fail(errc::over_limit, "more open asks than Limits::open_asks, ", limits_.open_asks);
  }
  if (auto reads = peer_reads(); !reads) return reads.error();
  auto* ask = to_answer_.add(header.correlation);
  if (ask == nullptr) {
    return fail(errc::bad_frame, "ask ", header.correlation, " is open already");
  }
  ask->stream = frame.window.has_value();
  ask->input = about_input(header);
  if (const auto room = may_stand(frame); !room) {
    // Nothing of it is kept; an honest peer may ask again later.
    static_cast<void>(refuse(header.correlation, room.error()));
    to_answer_.erase(header.correlation);
    return Event{};
  }
  if (frame.window && !ask->credit.grant(*frame.window)) {
    return fail(errc::bad_frame, "a first credit that overflows, for ask ", header.correlation);
  }
  ask->streams = ask->stream || ask->input;
  if (ask->streams) ++peer_streams_;
  ask->request = frame.payload.size();
  parked_ += ask->request;
  auto event = make_event(Event::Type::ask, frame);
  event.wants_stream = ask->stream;
  event.has_input = ask->input;
  return event;
}

Result<Event> Session::Impl::got_tell(const Frame& frame) {
  if (!may_be_asked() || frame.header.correlation != 0) return out_of_place(frame.header);
  return make_event(Event::Type::tell, frame);
}

/// A reply, an error or the end of a stream: whatever ends an ask of ours.
Result<Event> Session::Impl::got_answer(const Frame& frame) {
  const auto& header = frame.header;
  if (stage_ < Stage::welcomed) return out_of_place(header);
  std::optional<Error> error;
  if (header.type == FrameType::error) {
    auto data = error_from(frame.payload);
    if (!data) return data.error();
    error.emplace(std::move(*data));
  }
  if (header.correlation == 0) return got_start_failed(frame, std::move(error));

  const auto* ask = asks_.ask(header.correlation);
  const bool ends_stream = header.type == FrameType::stream_end;
  if (ask != nullptr && !error && ask->stream != ends_stream) {
    return fail(errc::bad_frame, "a ", to_string(header.type), " frame for ask ",
                header.correlation, ", which wants ", ask->stream ? "a stream" : "one reply");
  }
  if (ask != nullptr) parked_ -= ask->parked;
  const auto found = asks_.end(header.correlation);
  if (found != OpenAsks::Found::open) {
    if (found == OpenAsks::Found::ended) {
      return fail(errc::bad_frame, "a second answer to ask ", header.correlation);
    }
    return not_open(header, found);
  }
  auto event = make_event(error         ? Event::Type::error
                          : ends_stream ? Event::Type::end
                                        : Event::Type::reply,
                          frame);
  event.error = std::move(error);
  return event;
}

Result<Event> Session::Impl::got_start_failed(const Frame& frame, std::optional<Error> error) {
  if (role_ != Role::parent || stage_ != Stage::welcomed || !error || start_failed_) {
    return out_of_place(frame.header);
  }
  start_failed_ = true;
  auto event = make_event(Event::Type::start_failed, frame);
  event.error = std::move(error);
  return event;
}

Result<Event> Session::Impl::not_open(const FrameHeader& header, OpenAsks::Found found) {
  if (found == OpenAsks::Found::never_given) {
    return fail(errc::bad_frame, "a ", to_string(header.type), " frame for ask ",
                header.correlation, ", which was never sent");
  }
  return late();
}

Event Session::Impl::late() {
  ++late_frames_;
  return {};
}

Result<Event> Session::Impl::got_item(const Frame& frame) {
  const auto id = frame.header.correlation;
  const auto found = asks_.find(id);
  auto* ask = asks_.ask(id);
  if (ask == nullptr) {
    // Nothing follows the end of a stream: the peer said itself that it was over.
    if (found == OpenAsks::Found::ended) {
      return fail(errc::bad_frame, "an item after the end of ask ", id);
    }
    return not_open(frame.header, found);
  }
  if (!ask->stream) return fail(errc::bad_frame, "an item for ask ", id, ", which wants one reply");
  // Held also after a cancel: so that nobody floods us with what is dropped.
  if (!ask->granted.use(frame.payload.size())) {
    return fail(errc::bad_frame, "an item without credit for ask ", id);
  }
  if (found == OpenAsks::Found::cancelled) return not_open(frame.header, found);
  if (const auto room = may_park(frame.payload.size()); !room) {
    cancel(id);
    auto event = make_event(Event::Type::error, frame);
    event.payload = {};
    event.error = room.error();
    return event;
  }
  ask->parked += frame.payload.size();
  parked_ += frame.payload.size();
  return make_event(Event::Type::item, frame);
}

Result<Event> Session::Impl::got_input_item(const Frame& frame) {
  auto* ask = to_answer_.find(frame.header.correlation);
  // Our answer crossed it, or the cancel overtook it.
  if (ask == nullptr || ask->cancelled) return late();
  if (!ask->input) return out_of_place(frame.header);
  if (!ask->input_granted.use(frame.payload.size())) {
    return fail(errc::bad_frame, "an input item without credit for ask ", frame.header.correlation);
  }
  if (const auto room = may_park(frame.payload.size()); !room) {
    // The peer gets its answer here; our handler hears that nobody waits for its own.
    static_cast<void>(refuse(frame.header.correlation, room.error()));
    forget(frame.header.correlation);  // after our bye nobody is answered
    auto event = make_event(Event::Type::cancel, frame);
    event.payload = {};
    return event;
  }
  ask->parked += frame.payload.size();
  parked_ += frame.payload.size();
  return make_event(Event::Type::input_item, frame);
}

Result<Event> Session::Impl::got_input_end(const Frame& frame) {
  auto* ask = to_answer_.find(frame.header.correlation);
  if (ask == nullptr || ask->cancelled) return late();
  if (!std::exchange(ask->input, false)) return out_of_place(frame.header);
  auto event = make_event(Event::Type::input_end, frame);
  if (frame.payload.empty()) return event;
  auto data = error_from(frame.payload);
  if (!data) return data.error();
  event.error.emplace(std::move(*data));
  return event;
}

Result<Event> Session::Impl::got_credit(const Frame& frame) {
  const auto id = frame.header.correlation;
  const auto more = window_from(frame.payload);
  if (!more) return more.error();
  Credit* credit = nullptr;
  if (about_input(frame.header)) {
    if (const auto found = asks_.find(id); found != OpenAsks::Found::open) {
      return not_open(frame.header, found);
    }
    auto* ask = asks_.ask(id);
    if (ask->input) credit = &ask->input_credit;
  } else {
    auto* ask = to_answer_.find(id);
    if (ask == nullptr || ask->cancelled) return late();
    if (ask->stream) credit = &ask->credit;
  }
  if (credit == nullptr) return Event{};  // that stream ended while the credit was on its way
  const bool had_any = credit->any();
  if (!credit->grant(*more)) {
    return fail(errc::bad_frame, "credit that overflows, for ask ", id);
  }
  if (had_any || !credit->any()) return Event{};
  return make_event(about_input(frame.header) ? Event::Type::input_credit : Event::Type::credit,
                    frame);
}

Result<Event> Session::Impl::got_cancel(const Frame& frame) {
  auto* ask = to_answer_.find(frame.header.correlation);
  // Our answer crossed the first cancel; a second says nothing new.
  if (ask == nullptr || std::exchange(ask->cancelled, true)) return late();
  return make_event(Event::Type::cancel, frame);
}

Result<Event> Session::Impl::got_log(const Frame& frame) {
  if (role_ != Role::parent || stage_ == Stage::opening) return out_of_place(frame.header);
  return make_event(Event::Type::log, frame);
}

Result<Event> Session::Impl::got_bye(const Frame& frame) {
  if (stage_ == Stage::opening) return out_of_place(frame.header);
  got_bye_ = true;
  end_with_stream();
  return Event{};
}

Error Session::Impl::out_of_place(const FrameHeader& header) const {
  static constexpr std::string_view stages[] = {"before hello", "before welcome", "before ready",
                                                "while running"};
  return fail(errc::bad_frame, "a ", to_string(header.type), " frame ",
              stages[static_cast<std::size_t>(stage_)], " does not go");
}

}  // namespace kameo::wire

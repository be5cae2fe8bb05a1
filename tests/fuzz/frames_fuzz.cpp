// A byte stream from a peer: the first byte says how far the handshake has come and in what pieces
// the rest arrives. Whatever comes, every ask ends once and the session closes once.

#include "must.hpp"

#include <kameo/wire/session.hpp>

#include <algorithm>
#include <map>

namespace {

using namespace kameo;
using namespace kameo::wire;
using fuzz::must;

Bytes frame(FrameType type, const Bytes& payload) {
  const FrameHeader header{static_cast<std::uint32_t>(payload.size()), type, 0, 0, 0};
  Bytes bytes(frame_bytes(header));
  store_header(header, std::span(bytes).first<FrameHeader::size>());
  std::copy(payload.begin(), payload.end(), bytes.begin() + FrameHeader::size);
  return bytes;
}

Limits small_limits() {
  Limits limits;
  limits.message_bytes = 200'000;
  limits.open_asks = 8;
  limits.output_bytes = 4'096;
  return limits;
}

/// A session with its bookkeeping.
class Watched {
 public:
  explicit Watched(Role role) : session(role, small_limits()) {}

  void feed(ByteView bytes) {
    session.receive(bytes, {});
    take_events();
  }
  /// One of each sort: for a reply, for a stream, with an input stream.
  void ask() {
    AskParts parts;
    if (open_.size() % 3 == 1) parts.window = StreamWindow{2, 100};
    if (open_.size() % 3 == 2) parts.input = true;
    if (const auto id = session.ask(1, as_bytes("?"), parts)) open_[*id] = parts.window.has_value();
  }
  void end() {
    session.end_of_stream();
    take_events();
    must(closed_ == 1, "the session closes once");
    must(open_.empty(), "every ask ends");
    must(session.open_asks() == 0 && session.unanswered() == 0, "nothing stays open");
  }

  Session session;

 private:
  void take_events() {
    for (;;) {
      const auto event = session.next_event();
      if (event.type == Event::Type::none) return;
      must(closed_ == 0, "closed is the last event");
      must(event.payload.size() <= small_limits().message_bytes, "payloads keep to the limit");
      must(reinterpret_cast<std::uintptr_t>(event.payload.data()) % 8 == 0, "payloads are aligned");
      must(!event.error || event.error->code() != errc::internal, "a typed error");
      must(session.unanswered() <= small_limits().open_asks, "open asks keep to the limit");
      switch (event.type) {
        case Event::Type::reply:
          must(open_.contains(event.correlation) && !open_[event.correlation],
               "a reply was wanted");
          open_.erase(event.correlation);
          break;
        case Event::Type::end:
          must(open_.contains(event.correlation) && open_[event.correlation],
               "a stream was wanted");
          open_.erase(event.correlation);
          break;
        case Event::Type::error:
          must(open_.erase(event.correlation) == 1, "an error to an ask that is open");
          break;
        case Event::Type::item:
          must(open_.contains(event.correlation) && open_[event.correlation],
               "an item of a stream");
          if (event.payload.size() % 2 == 0) session.grant(event.correlation, {1, 50});
          break;
        case Event::Type::input_credit:
          must(open_.contains(event.correlation), "credit for an ask that is open");
          if (session.may_send_input(event.correlation)) {
            must(session.send_input(event.correlation, as_bytes("in")).has_value() ||
                     session.output_bytes() > 4'000,
                 "credit is for use");
          }
          break;
        case Event::Type::closed:
          ++closed_;
          break;
        case Event::Type::ask:
          answer(event);
          break;
        case Event::Type::input_item:
          session.grant_input(event.correlation, {1, 50});
          break;
        case Event::Type::cancel:
          static_cast<void>(session.refuse(event.correlation, Error(errc::cancelled, "as told")));
          break;
        default:
          break;
      }
      must(session.output_bytes() < 200'000, "what waits to be written is bounded");
    }
  }

  /// Half of what is asked is answered, by turns well and badly; the rest stays open.
  void answer(const Event& event) {
    const auto id = event.correlation;
    if (event.has_input) session.grant_input(id, {2, 100});
    if (event.wants_stream) {
      while (session.may_send_item(id)) {
        if (!session.send_item(id, as_bytes("item"))) break;
      }
      if (id % 4 == 0) static_cast<void>(session.end_stream(id));
    } else if (id % 4 == 0) {
      static_cast<void>(session.reply(id, {}));
    }
    if (id % 4 == 1) static_cast<void>(session.refuse(id, Error(errc::overloaded, "busy")));
  }

  std::map<CorrelationId, bool> open_;  // whether it wants a stream
  int closed_ = 0;
};

Hello hello() {
  Hello said;
  said.message_bytes = 1'000;
  said.open_asks = 4;
  return said;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  ByteView stream(reinterpret_cast<const std::byte*>(data) + 1, size - 1);

  const bool child = (choice & 4U) != 0;
  const auto stage = choice & 3U;
  Watched watched(child ? Role::child : Role::parent);
  if (child) {
    static_cast<void>(watched.session.hello({}));
    if (stage > 0) {
      Welcome welcome;
      welcome.message_bytes = 1'000;
      welcome.open_asks = 4;
      watched.feed(frame(FrameType::welcome, to_payload(welcome).value()));
    }
    if (stage > 1) static_cast<void>(watched.session.ready({}));
  } else {
    if (stage > 0) watched.feed(frame(FrameType::hello, to_payload(hello()).value()));
    if (stage > 1) static_cast<void>(watched.session.welcome({}));
    if (stage > 2) watched.feed(frame(FrameType::ready, to_payload(Ready{}).value()));
  }
  for (int i = 0; i < 3; ++i) watched.ask();

  const auto piece = std::size_t{1} << ((choice >> 3U) % 18U);
  while (!stream.empty()) {
    const auto part = stream.first(std::min(piece, stream.size()));
    stream = stream.subspan(part.size());
    watched.feed(part);
    // The peer reads now and then.
    if (part.size() % 2 == 0) watched.session.consume_output(watched.session.output().size());
  }
  watched.end();
  return 0;
}

#pragma once

#include "id_map.hpp"
#include "incoming.hpp"
#include "input_buffer.hpp"
#include "open_asks.hpp"
#include "output_queue.hpp"

#include <kameo/wire/session.hpp>

#include <cstdint>
#include <optional>

namespace kameo::wire {

/// The state of a Session, in three files: session.cpp (events and the end), session_receive.cpp
/// (what the peer's frames do), session_send.cpp (what the caller's commands do).
class Session::Impl {
 public:
  Impl(Role role, Limits limits) : role_(role), limits_(limits) {}

  // session.cpp
  Event next_event();
  void close(const Error& why);

  // session_send.cpp
  Result<void> hello(Hello hello);
  Result<void> welcome(Welcome welcome);
  Result<void> ready(const Ready& ready);
  Result<void> start_failed(const Error& error);
  Result<CorrelationId> ask(schema::RouteNumber route, ByteView request, const AskParts& parts);
  Result<void> tell(schema::RouteNumber route, ByteView message);
  Result<void> reply(CorrelationId ask, ByteView answer);
  Result<void> refuse(CorrelationId ask, const Error& error);
  void cancel(CorrelationId ask);
  [[nodiscard]] bool may_send_item(CorrelationId peer_ask) noexcept;
  Result<void> send_item(CorrelationId peer_ask, ByteView item);
  Result<void> end_stream(CorrelationId peer_ask);
  void grant(CorrelationId ask, StreamWindow more);
  [[nodiscard]] bool may_send_input(CorrelationId ask) noexcept;
  Result<void> send_input(CorrelationId ask, ByteView item);
  Result<void> end_input(CorrelationId ask, const std::optional<Error>& error);
  void grant_input(CorrelationId peer_ask, StreamWindow more);
  Result<void> log(const LogRecord& record);
  void ping(std::uint64_t token);
  void drain();
  void bye();

 private:
  friend class Session;

  /// How far the handshake is; each stage allows more frames.
  enum class Stage : std::uint8_t {
    opening,   ///< nothing said; the parent waits for hello
    greeted,   ///< hello said; the parent must welcome, the child waits for that
    welcomed,  ///< the child starts; it may log and ask
    running,   ///< both may ask
  };

  /// An ask of the peer's that waits for our answer.
  struct PeerAsk {
    bool stream = false;
    bool input = false;  ///< its input stream is open
    bool cancelled = false;
    bool streams = false;       ///< counts against Limits::open_streams
    std::uint64_t request = 0;  ///< bytes
    std::uint64_t parked = 0;   ///< bytes of input that nobody has read
    Credit credit;              ///< what we may still send of the stream
    Credit input_granted;       ///< what the peer may still send of the input
  };

  // session_receive.cpp
  Result<std::optional<Frame>> next_frame();
  Result<Event> dispatch(const Frame& frame);
  Result<Event> control(const Frame& frame);
  Result<Event> message(const Frame& frame);
  Result<Event> got_hello(const Frame& frame);
  Result<Event> got_welcome(const Frame& frame);
  Result<Event> got_ready(const Frame& frame);
  Result<Event> got_ask(const Frame& frame);
  Result<Event> got_tell(const Frame& frame);
  Result<Event> got_answer(const Frame& frame);
  Result<Event> got_start_failed(const Frame& frame, std::optional<Error> error);
  Result<Event> got_item(const Frame& frame);
  Result<Event> got_input_item(const Frame& frame);
  Result<Event> got_input_end(const Frame& frame);
  Result<Event> got_credit(const Frame& frame);
  Result<Event> got_cancel(const Frame& frame);
  Result<Event> got_log(const Frame& frame);
  Result<Event> got_bye(const Frame& frame);
  /// A frame about an ask of ours that isn't open: late and dropped, or a lie.
  Result<Event> not_open(const FrameHeader& header, OpenAsks::Found found);
  /// Counts a frame about an ask that has ended; nobody hears of it.
  Event late();
  [[nodiscard]] bool may_be_asked() const noexcept;
  [[nodiscard]] Result<void> peer_reads() const;
  [[nodiscard]] Result<void> may_stand(const Frame& ask) const;
  [[nodiscard]] Result<void> may_park(std::size_t bytes) const;
  [[nodiscard]] Error out_of_place(const FrameHeader& header) const;

  // session_send.cpp
  Result<void> send_own(FrameType type, const Result<Bytes>& payload);
  [[nodiscard]] Result<void> may_send(std::size_t payload) const;
  [[nodiscard]] Result<void> has_room(std::size_t payload) const;
  [[nodiscard]] Error closed_error() const;
  [[nodiscard]] Error too_large(std::size_t size) const;
  void forget(CorrelationId peer_ask);
  void unpark(std::uint64_t& parked, std::uint64_t bytes);

  // session.cpp
  void end_with_stream();
  void drop_all();
  Event closing_event();

  Role role_;
  Limits limits_;
  Limits peer_;  // what the peer takes; message_bytes and open_asks only
  Stage stage_ = Stage::opening;
  std::uint16_t peer_major_ = 0;
  std::uint16_t peer_minor_ = 0;
  TimePoint now_;

  InputBuffer input_;
  Assembly assembly_;
  OutputQueue output_;
  OpenAsks asks_;
  IdMap<PeerAsk> to_answer_;
  std::uint64_t late_frames_ = 0;
  std::uint64_t parked_ = 0;        // sum of `request` and `parked` over asks_ and to_answer_
  std::uint32_t peer_streams_ = 0;  // how many of to_answer_ have `streams`

  bool start_failed_ = false;
  bool stream_ended_ = false;
  bool said_bye_ = false;
  bool got_bye_ = false;
  bool closing_ = false;
  bool told_closed_ = false;
  std::optional<Error> why_;  // none after a clean bye
};

}  // namespace kameo::wire

#pragma once

#include <kameo/stream_window.hpp>
#include <kameo/trace_context.hpp>
#include <kameo/wire/frame.hpp>
#include <kameo/wire/handshake.hpp>
#include <kameo/wire/limits.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace kameo::wire {

enum class Role : std::uint8_t { parent, child };

using CorrelationId = std::uint64_t;
using TimePoint = std::chrono::steady_clock::time_point;

using kameo::StreamWindow;

/// How many actors may wait for one ask.
inline constexpr std::size_t max_chain = 256;

/// What an ask can carry besides its request.
struct AskParts {
  std::optional<std::chrono::microseconds> timeout;  ///< what is left of its deadline
  std::optional<StreamWindow> window;         ///< it wants a stream: the first credit for its items
  bool input = false;                         ///< `send_input` follows
  std::span<const std::uint64_t> chain = {};  ///< actors that wait for it, outermost first
  std::optional<TraceContext> trace = {};
};

/// What the peer did, or what became of an ask of ours.
struct Event {
  enum class Type : std::uint8_t {
    none,          ///< all has been told
    hello,         ///< parent: `payload` is a Hello; answer with `welcome`
    welcome,       ///< child: `payload` is a Welcome; answer with `ready` or `start_failed`
    ready,         ///< parent: `payload` is a Ready; asks may be sent
    start_failed,  ///< parent: `error` says why the child can't run
    ask,           ///< answer with `reply`, `end_stream` or `refuse` exactly once
    tell,
    reply,         ///< to our ask `correlation`, which is over
    error,         ///< our ask `correlation` ended with `error`
    item,          ///< of the stream that our ask `correlation` wants; `grant` as they are read
    end,           ///< our ask `correlation`, a stream, ended well
    credit,        ///< items may be sent again to the peer's ask `correlation`
    input_item,    ///< of the input stream of the peer's ask `correlation`; `grant_input`
    input_end,     ///< no more of them; with `error` where the peer broke off
    input_credit,  ///< our ask `correlation` may `send_input` again
    cancel,  ///< nobody wants the answer to the peer's ask `correlation` any more; `refuse` it
    log,     ///< `payload` is a LogRecord
    drain,   ///< finish what is open, then `bye`
    pong,    ///< the answer to our `ping`; `correlation` is its token
    closed,  ///< nothing comes any more; `error` says why, none after a clean bye
  };

  Type type = Type::none;
  schema::RouteNumber route = 0;
  CorrelationId correlation = 0;
  ByteView payload;  ///< in the session's buffer, 8-aligned; valid until the next call of
                     ///< `next_event`, `prepare` or `receive`: copy what must stay
  std::optional<TimePoint> deadline;
  std::optional<Error> error;
  bool wants_stream = false;          ///< with Type::ask: answer with `send_item` and `end_stream`
  bool has_input = false;             ///< with Type::ask: input items follow
  std::span<const std::byte> chain;   ///< with Type::ask: u64 per actor; valid as `payload` is
  std::optional<TraceContext> trace;  ///< with Type::ask and Type::tell
};

/// One end of the talk between parent and child, without the I/O: bytes and time go in, bytes and
/// events come out. So a test can cut the stream at any byte. Both sides run this same code; what
/// differs is who says hello and whose asks a route number belongs to.
///
/// Ends once: by the peer's `bye`, by `end_of_stream`, by `close`, or by a frame that breaks the
/// protocol; by then every open ask of ours has had its one event, and `closed` is the last event.
/// Thread-safety: none; call it from one strand.
class Session {
 public:
  Session(Role role, Limits limits);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // Bytes in -----------------------------------------------------------------------------------

  /// Room to read into, at least `FrameHeader::size + max_length` bytes. Ends the views of events.
  [[nodiscard]] std::span<std::byte> prepare();
  /// `size` bytes now stand at the start of what `prepare` gave.
  void commit(std::size_t size, TimePoint now);
  /// `prepare` and `commit` with a copy, for those who have bytes already. `bytes` may be of any
  /// length.
  void receive(ByteView bytes, TimePoint now);
  /// The stream has ended. Without `bye` before it the session closes with `session_closed`.
  void end_of_stream();
  /// The next event, in wire order; Type::none when all have been told. A frame that breaks the
  /// protocol closes the session here, after the frames before it.
  [[nodiscard]] Event next_event();

  // Bytes out ----------------------------------------------------------------------------------

  /// What to write next: control frames as soon as the frame being written allows. Empty when
  /// there is nothing. Valid until any other call: write it at once (a non-blocking `write`), then
  /// `consume_output`; don't lend it to an asynchronous write.
  [[nodiscard]] ByteView output() const noexcept;
  /// `size` bytes of `output` have been written.
  void consume_output(std::size_t size);
  /// Bytes not yet consumed.
  [[nodiscard]] std::size_t output_bytes() const noexcept;

  // Handshake ----------------------------------------------------------------------------------

  /// Child: the first call; version, limits and magic are filled in.
  [[nodiscard]] Result<void> hello(Hello hello);
  /// Parent: the answer to Event::hello; fails with `schema_mismatch`, before anything is sent,
  /// where the hello was of another major version.
  [[nodiscard]] Result<void> welcome(Welcome welcome);
  /// Child: asks may come now.
  [[nodiscard]] Result<void> ready(const Ready& ready);
  /// Child: instead of `ready`. The caller flushes the output and ends.
  [[nodiscard]] Result<void> start_failed(const Error& error);
  [[nodiscard]] bool is_running() const noexcept;

  // Calls --------------------------------------------------------------------------------------

  /// Starts an ask; copies `request`. With `parts.window` it ends by Event::end instead of reply.
  /// Fails with `overloaded` at the peer's open_asks or at Limits::output_bytes (a retry later is
  /// safe), `over_limit` where the request is larger than the peer takes, `session_closed`.
  [[nodiscard]] Result<CorrelationId> ask(schema::RouteNumber route, ByteView request,
                                          const AskParts& parts);
  [[nodiscard]] Result<CorrelationId> ask(schema::RouteNumber route, ByteView request,
                                          std::optional<std::chrono::microseconds> timeout = {});
  /// Fails as `ask` does.
  [[nodiscard]] Result<void> tell(schema::RouteNumber route, ByteView message);
  /// Answers an ask of the peer's. An id that is not open is ignored: a cancel crossed the answer.
  /// Fails with `over_limit` where it is larger than the peer takes and `overloaded` at
  /// Limits::output_bytes, when the peer does not read: `refuse` it then; `invalid_argument` where
  /// the ask wants a stream; `session_closed`.
  [[nodiscard]] Result<void> reply(CorrelationId ask, ByteView answer);
  /// Ends an ask of the peer's, a stream too, with an error.
  [[nodiscard]] Result<void> refuse(CorrelationId ask, const Error& error);
  /// No longer wants the answer; no event comes for that ask any more.
  void cancel(CorrelationId ask);

  // Streams ------------------------------------------------------------------------------------

  /// Whether `send_item` has credit; Event::credit tells when it has again.
  [[nodiscard]] bool may_send_item(CorrelationId peer_ask) const noexcept;
  /// The next item of the stream that an ask of the peer's wants.
  /// Fails with `overloaded` without credit or at Limits::output_bytes, `over_limit` where it is
  /// larger than the peer takes, `cancelled` where the reader has gone, `session_closed`.
  [[nodiscard]] Result<void> send_item(CorrelationId peer_ask, ByteView item);
  /// The stream ends well; the ask is answered. Ignored where it is not open.
  [[nodiscard]] Result<void> end_stream(CorrelationId peer_ask);
  /// So much was read: lets the peer send more items for our ask; ignored once it is over.
  void grant(CorrelationId ask, StreamWindow more);

  /// Whether `send_input` has credit; the first comes from the peer, by Event::input_credit.
  [[nodiscard]] bool may_send_input(CorrelationId ask) const noexcept;
  /// The next item of our ask's input stream. Fails as `send_item` does; `cancelled` means that
  /// the ask is over.
  [[nodiscard]] Result<void> send_input(CorrelationId ask, ByteView item);
  /// No more input; with an error where it is broken off. Ignored once the ask is over.
  [[nodiscard]] Result<void> end_input(CorrelationId ask, const std::optional<Error>& error = {});
  /// So much was read: lets the peer send more input for its ask; ignored once that is answered.
  void grant_input(CorrelationId peer_ask, StreamWindow more);

  // Records ------------------------------------------------------------------------------------

  /// Fails with `overloaded` at Limits::output_bytes: the record is lost, the caller counts.
  [[nodiscard]] Result<void> log(const LogRecord& record);

  // End ----------------------------------------------------------------------------------------

  /// Asks for a sign of life: Event::pong with the same token. A peer in a long handler call gives
  /// it late, so its absence alone says nothing.
  void ping(std::uint64_t token);
  /// Asks the peer to finish; it answers with `bye` when nothing is open.
  void drain();
  /// The last frame of this side: what is still to be written goes first.
  void bye();
  /// Ends at once, with every open ask told `why`. Nothing is sent.
  void close(const Error& why);

  [[nodiscard]] bool is_closed() const noexcept;
  [[nodiscard]] std::size_t open_asks() const noexcept;   ///< ours, without an answer yet
  [[nodiscard]] std::size_t unanswered() const noexcept;  ///< the peer's, to be answered by us
  /// Counted against Limits::parked_bytes; never above it.
  [[nodiscard]] std::uint64_t parked_bytes() const noexcept;
  /// Frames that came for asks that had ended: cancelled, past their deadline, answered.
  [[nodiscard]] std::uint64_t late_frames() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kameo::wire

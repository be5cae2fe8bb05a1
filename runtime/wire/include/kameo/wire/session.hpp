#pragma once

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

/// What the peer did, or what became of an ask of ours.
struct Event {
  enum class Type : std::uint8_t {
    none,          ///< all has been told
    hello,         ///< parent: `payload` is a Hello; answer with `welcome`
    welcome,       ///< child: `payload` is a Welcome; answer with `ready` or `start_failed`
    ready,         ///< parent: `payload` is a Ready; asks may be sent
    start_failed,  ///< parent: `error` says why the child can't run
    ask,           ///< answer with `reply` or `refuse` exactly once
    tell,
    reply,   ///< to our ask `correlation`
    error,   ///< our ask `correlation` ended with `error`
    cancel,  ///< the peer no longer wants the answer to its ask `correlation`
    log,     ///< `payload` is a LogRecord
    drain,   ///< finish what is open, then `bye`
    closed,  ///< nothing comes any more; `error` says why, none after a clean bye
  };

  Type type = Type::none;
  schema::RouteNumber route = 0;
  CorrelationId correlation = 0;
  ByteView payload;  ///< in the session's buffer, 8-aligned; valid until the next call of
                     ///< `next_event`, `prepare` or `receive`: copy what must stay
  std::optional<TimePoint> deadline;
  std::optional<Error> error;
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

  /// Starts an ask; copies `request`. `timeout`, if any, travels with it.
  /// Fails with `overloaded` at the peer's open_asks or at Limits::output_bytes (a retry later is
  /// safe), `over_limit` where the request is larger than the peer takes, `session_closed`.
  [[nodiscard]] Result<CorrelationId> ask(schema::RouteNumber route, ByteView request,
                                          std::optional<std::chrono::microseconds> timeout = {});
  /// Fails as `ask` does.
  [[nodiscard]] Result<void> tell(schema::RouteNumber route, ByteView message);
  /// Answers an ask of the peer's. An id that is not open is ignored: a cancel crossed the answer.
  /// Fails with `over_limit` where it is larger than the peer takes and `overloaded` at
  /// Limits::output_bytes, when the peer does not read: `refuse` it then; `session_closed`.
  [[nodiscard]] Result<void> reply(CorrelationId ask, ByteView answer);
  [[nodiscard]] Result<void> refuse(CorrelationId ask, const Error& error);
  /// No longer wants the answer; no event comes for that ask any more.
  void cancel(CorrelationId ask);
  /// Fails with `overloaded` at Limits::output_bytes: the record is lost, the caller counts.
  [[nodiscard]] Result<void> log(const LogRecord& record);

  // End ----------------------------------------------------------------------------------------

  /// Asks the peer to finish; it answers with `bye` when nothing is open.
  void drain();
  /// The last frame of this side: what is still to be written goes first.
  void bye();
  /// Ends at once, with every open ask told `why`. Nothing is sent.
  void close(const Error& why);

  [[nodiscard]] bool is_closed() const noexcept;
  [[nodiscard]] std::size_t open_asks() const noexcept;   ///< ours, without an answer yet
  [[nodiscard]] std::size_t unanswered() const noexcept;  ///< the peer's, to be answered by us
  /// Answers that came for asks that had ended (cancelled, past their deadline).
  [[nodiscard]] std::uint64_t late_answers() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kameo::wire

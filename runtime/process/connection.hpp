#pragma once

#include <kameo/process/fd.hpp>
#include <kameo/wire/session.hpp>

#include <asio/any_io_executor.hpp>
#include <asio/posix/stream_descriptor.hpp>

#include <memory>

namespace kameo::process {

/// A Session on a socket: reads into it, hands on its events, writes what it has to say. The same
/// at both ends, in the parent and in a C++ child.
/// Thread-safety: none; everything on the one strand that it is given.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  /// What takes the events. Called from the read turn, never from within a call to the connection.
  class Sink {
   public:
    virtual ~Sink() = default;
    /// Views in `event` hold until this returns. The last one is Event::Type::closed.
    virtual void on_event(wire::Event& event) = 0;
    /// After the last event of a turn, and when the kernel took what had waited.
    virtual void on_turn_end() = 0;
  };

  /// Use make_shared. `sink` must live until `close`.
  Connection(const asio::any_io_executor& strand, UniqueFd socket, wire::Role role,
             wire::Limits limits, Sink& sink);

  [[nodiscard]] wire::Session& session() noexcept { return session_; }
  void start();
  /// Writes what there is, in one call; what the kernel doesn't take goes when it can.
  void flush();
  /// The same at the end of this turn of the strand, so that many small answers make one write.
  void flush_later();
  /// Reads what has come and still stands in the kernel; for when the peer has died.
  void read_rest();
  /// Closes the socket; no more calls to the sink.
  void close();
  [[nodiscard]] bool is_open() const noexcept { return sink_ != nullptr; }

 private:
  enum class Read : std::uint8_t { again, would_block, end };
  Read read_once();
  void wait_readable();
  void wait_writable();
  void tell_events();

  asio::posix::stream_descriptor socket_;
  wire::Session session_;
  Sink* sink_;
  bool told_closed_ = false;
  bool waits_writable_ = false;
  bool flush_posted_ = false;
};

}  // namespace kameo::process

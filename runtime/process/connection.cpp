#include "connection.hpp"

#include <sys/socket.h>
#include <asio/post.hpp>

#include <cerrno>
#include <utility>

namespace kameo::process {

Connection::Connection(const asio::any_io_executor& strand, UniqueFd socket, wire::Role role,
                       wire::Limits limits, Sink& sink)
    : socket_(strand, socket.release()), session_(role, limits), sink_(&sink) {}

void Connection::start() {
  wait_readable();
}

void Connection::wait_readable() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](const std::error_code& cancelled) {
                       if (cancelled || !self->sink_) return;
                       // A peer that floods must not keep the strand from the others for long.
                       constexpr int reads_per_turn = 8;
                       auto last = Read::again;
                       for (int i = 0; i < reads_per_turn && last == Read::again && self->sink_;
                            ++i) {
                         last = self->read_once();
                       }
                       if (!self->sink_) return;
                       self->flush();
                       self->sink_->on_turn_end();
                       if (self->sink_ && last != Read::end) self->wait_readable();
                     });
}

Connection::Read Connection::read_once() {
  const auto room = session_.prepare();
  const auto size = recv(socket_.native_handle(), room.data(), room.size(), MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return Read::would_block;
  if (size <= 0) {
    // An error (the peer was killed with bytes of ours unread) ends the stream as its end does.
    session_.end_of_stream();
    tell_events();
    return Read::end;
  }
  session_.commit(static_cast<std::size_t>(size), std::chrono::steady_clock::now());
  tell_events();
  if (told_closed_) return Read::end;
  // Less than there was room for: the kernel had no more.
  return static_cast<std::size_t>(size) < room.size() ? Read::would_block : Read::again;
}

void Connection::tell_events() {
  while (sink_ && !told_closed_) {
    auto event = session_.next_event();
    if (event.type == wire::Event::Type::none) return;
    told_closed_ = event.type == wire::Event::Type::closed;
    sink_->on_event(event);
  }
}

void Connection::flush() {
  while (!waits_writable_ && sink_) {
    const auto output = session_.output();
    if (output.empty()) return;
    const auto size =
        send(socket_.native_handle(), output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      session_.consume_output(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      wait_writable();
    } else if (errno != EINTR) {
      return;  // the peer is gone: the reading side sees that and says so
    }
  }
}

void Connection::wait_writable() {
  waits_writable_ = true;
  socket_.async_wait(asio::posix::stream_descriptor::wait_write,
                     [self = shared_from_this()](const std::error_code& cancelled) {
                       self->waits_writable_ = false;
                       if (cancelled || !self->sink_) return;
                       self->flush();
                       self->sink_->on_turn_end();
                     });
}

void Connection::flush_later() {
  if (std::exchange(flush_posted_, true)) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
    // All of it may have gone out at once, and who waited for that has no other turn to hear of it.
    if (self->sink_) self->sink_->on_turn_end();
  });
}

void Connection::read_rest() {
  while (sink_ && !told_closed_ && read_once() == Read::again) {
  }
  // A grandchild may hold the other end open: the peer itself is dead all the same.
  if (sink_ && !told_closed_) {
    session_.end_of_stream();
    tell_events();
  }
}

void Connection::close() {
  sink_ = nullptr;
  std::error_code ignored;
  socket_.close(ignored);
}

}  // namespace kameo::process

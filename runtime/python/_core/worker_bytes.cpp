#include "running.hpp"
#include "worker.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <thread>

/// The socket: waiting for it, reading from it, writing to it.
namespace kameo::python {

using wire::Event;

namespace {

wire::TimePoint now() {
  return std::chrono::steady_clock::now();
}

}  // namespace

/// Blocks until something came and does it; runs signal handlers. False with an exception set.
bool Worker::wait_for_input() {
  if (let_thread_read()) return true;
  // With nothing to write a blocking read does it all in one system call.
  if (session_.output_bytes() == 0 && timers_.empty()) return read_turn(true);
  return wait(until_next_timer(-1), -1, nullptr) && read_turn();
}

/// Another thread has read what only the serving one may begin.
bool Worker::thread_left_work() {
  if (!cancels_.empty()) return true;
  return !waiting_.empty() && session_.output_bytes() < output_high_water &&
         next_waiting() != waiting_.end();
}

/// Waits for the session's socket and, if given, another descriptor. Time-outs and signals end it
/// like readiness does. False with an exception set.
bool Worker::wait(double timeout, int other_fd, bool* other_ready) {
  if (let_thread_read()) return true;
  if (thread_left_work()) timeout = 0;
  const bool has_output = session_.output_bytes() != 0;
  const bool may_read =
      closed_ ? false : session_.output_bytes() < output_high_water || nested_ > 0;
  pollfd descriptors[2]{};
  descriptors[0].fd = fd_;
  descriptors[0].events = static_cast<short>((may_read ? POLLIN : 0) | (has_output ? POLLOUT : 0));
  descriptors[1].fd = other_fd;
  descriptors[1].events = POLLIN;
  // A millisecond too long rather than a spin at the end of the time-out.
  const int timeout_ms =
      timeout < 0 ? -1 : static_cast<int>(std::ceil(std::min(timeout, 86400.0) * 1000));
  int ready = 0;
  if (timeout_ms == 0) {
    ready = poll(descriptors, other_fd < 0 ? 1 : 2, 0);
  } else {
    listening_ = true;
    {
      const GilReleased others;
      ready = poll(descriptors, other_fd < 0 ? 1 : 2, timeout_ms);
    }
    stop_listening();
  }
  if (ready < 0 && errno == EINTR) return PyErr_CheckSignals() == 0;
  if (other_ready != nullptr) *other_ready = ready > 0 && descriptors[1].revents != 0;
  if (ready > 0 && (descriptors[0].revents & POLLOUT) != 0) flush();
  return true;
}

/// Reads once and does what came. False with an exception set.
bool Worker::read_turn(bool blocking) {
  if (closed_ || forked_) return true;
  if (on_serving_thread()) let_thread_read();
  if (reading_ > 0) {  // in the middle of a message, which has let Python run
    const GilReleased others;
    std::this_thread::yield();
    return true;
  }
  const auto room = session_.prepare();
  ssize_t size = 0;
  if (blocking) {
    // Other threads may call and log meanwhile: that touches the output alone.
    listening_ = true;
    {
      const GilReleased others;
      size = recv(fd_, room.data(), room.size(), 0);
    }
    const int error = errno;
    stop_listening();
    errno = error;
  } else {
    size = recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
  }
  if (size < 0 && errno == EINTR) return PyErr_CheckSignals() == 0;
  batch_at_ = idle_at_ = now();
  if (size < 0 && errno == EAGAIN) return true;
  if (size <= 0) {
    session_.end_of_stream();
  } else {
    session_.commit(static_cast<std::size_t>(size), batch_at_);
  }
  // The events of the handshake are those that `receive_welcome` waits for.
  while (plans_ != nullptr && !closed_) {
    if (on_serving_thread()) let_thread_read();
    const auto event = session_.next_event();
    if (event.type == Event::Type::none) break;
    if (!handle(event)) return false;
  }
  return true;
}

/// Threads that waited for us to read now read themselves: we may be about to wait for them.
void Worker::stop_listening() noexcept {
  listening_ = false;
  if (!thread_waits_.empty()) wake_threads();
}

bool Worker::wants_turn() const noexcept {
  return now() - batch_at_ >= batch_patience;
}

void Worker::flush() {
  if (!on_serving_thread()) return write_all(-1);
  while (!forked_) {
    const auto output = session_.output();
    if (output.empty()) return;
    const auto size = send(fd_, output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      session_.consume_output(static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      return;  // full: `wait` goes on with it; or gone: reading sees that and says so
    }
  }
}

/// Writes all there is, waiting where the kernel takes no more.
void Worker::write_all(int patience_ms) {
  while (!forked_) {
    const auto output = session_.output();
    if (output.empty()) return;
    const auto size = send(fd_, output.data(), output.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      session_.consume_output(static_cast<std::size_t>(size));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return;
    pollfd descriptor{fd_, POLLOUT, 0};
    int ready = 0;
    {
      const GilReleased others;
      ready = poll(&descriptor, 1, patience_ms);
    }
    if (ready == 0) return;
  }
}

void Worker::log(const wire::LogRecord& record) {
  // Refused where too much is unwritten: a log must not take the memory of what it reports on.
  if (forked_ || !session_.log(record)) return;
  flush();
}

}  // namespace kameo::python

#include "output_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <utility>

namespace kameo::process {

OutputPipe::OutputPipe(const asio::any_io_executor& strand, UniqueFd fd, Line line)
    : pipe_(strand), line_(std::move(line)) {
  // Of the reading end alone: the child's end stays as every program expects it.
  fcntl(fd.get(), F_SETFL, fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
  pipe_.assign(fd.release());
}

void OutputPipe::start() {
  pipe_.async_wait(asio::posix::stream_descriptor::wait_read,
                   [self = shared_from_this()](const std::error_code& cancelled) {
                     if (cancelled || !self->pipe_.is_open()) return;
                     constexpr int reads_per_turn = 4;
                     if (self->read_some(reads_per_turn)) self->start();
                   });
}

bool OutputPipe::read_some(int reads) {
  std::array<char, 16 * 1024> bytes;
  for (int i = 0; i < reads && pipe_.is_open(); ++i) {
    const auto size = read(pipe_.native_handle(), bytes.data(), bytes.size());
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    if (size == 0) return false;
    splitter_.feed({bytes.data(), static_cast<std::size_t>(size)}, line_);
  }
  return true;
}

void OutputPipe::finish() {
  if (!pipe_.is_open()) return;
  // What a pipe holds and no more: a grandchild may go on writing.
  constexpr int pipe_in_reads = 1024 * 1024 / (16 * 1024);
  read_some(pipe_in_reads);
  splitter_.finish(line_);
  line_ = nullptr;
  std::error_code ignored;
  pipe_.close(ignored);
}

}  // namespace kameo::process

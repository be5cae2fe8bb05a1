#include "line_reader.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace kameo::cli {
namespace {
constexpr std::size_t read_at_once = std::size_t{64} << 10U;

Error system_error(const char* what) {
  return fail(errc::system, what, ": ", std::generic_category().message(errno));
}
}  // namespace

LineReader::LineReader(int fd, std::size_t longest_line)
    : fd_(fd), longest_line_(longest_line), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

LineReader::~LineReader() {
  if (wake_fd_ >= 0) ::close(wake_fd_);
}

void LineReader::stop() noexcept {
  const std::uint64_t one = 1;
  // Full can only mean that it has been told before.
  [[maybe_unused]] const auto written = ::write(wake_fd_, &one, sizeof one);
}

Result<std::optional<Line>> LineReader::next() {
  Line line;
  std::size_t searched = at_;
  while (true) {
    const auto end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line.number = ++number_;
      if (!line.too_long && end - at_ <= longest_line_) {
        line.text = buffer_.substr(at_, end - at_);
      } else {
        line.too_long = true;
      }
      at_ = end + 1;
      return std::optional(std::move(line));
    }
    if (buffer_.size() - at_ > longest_line_) {
      line.too_long = true;  // what follows is dropped as it comes, up to the line's end
      at_ = buffer_.size();
    }
    if (ended_) {
      if (at_ == buffer_.size() && !line.too_long) return std::optional<Line>();
      line.number = ++number_;  // a last line without an end
      if (!line.too_long) line.text = buffer_.substr(at_);
      at_ = buffer_.size();
      return std::optional(std::move(line));
    }
    searched = buffer_.size() - at_;
    buffer_.erase(0, at_);
    at_ = 0;
    const auto more = fill();
    if (!more) return more.error();
    if (!*more) {
      ended_ = true;
      buffer_.clear();  // stopped: half a line is not a request
      at_ = 0;
      return std::optional<Line>();
    }
  }
}

/// False once stopped.
Result<bool> LineReader::fill() {
  std::array<pollfd, 2> waiting{{{fd_, POLLIN, 0}, {wake_fd_, POLLIN, 0}}};
  while (::poll(waiting.data(), waiting.size(), -1) < 0) {
    if (errno != EINTR) return system_error("cannot wait for the input");
  }
  if ((waiting[1].revents & POLLIN) != 0) return false;

  const auto old_size = buffer_.size();
  buffer_.resize(old_size + read_at_once);
  ssize_t got = -1;
  do {
    got = ::read(fd_, buffer_.data() + old_size, read_at_once);
  } while (got < 0 && errno == EINTR);
  const auto problem = errno;
  buffer_.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got < 0) {
    errno = problem;
    return system_error("cannot read the input");
  }
  if (got == 0) ended_ = true;
  return true;
}

}  // namespace kameo::cli

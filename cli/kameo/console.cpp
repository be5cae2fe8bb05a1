#include "console.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

namespace kameo::cli {

bool use_color(ColorMode mode, int fd) {
  if (mode != ColorMode::automatic) return mode == ColorMode::always;
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
  return ::isatty(fd) == 1;
}

std::size_t Console::width() const {
  winsize size{};
  const bool known = ::ioctl(fd_, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

void Console::print(std::string_view text) {
  const std::lock_guard lock(mutex_);
  wipe();
  std::string whole(text);
  if (!whole.ends_with('\n')) whole += '\n';
  write(whole);
  draw();
}

void Console::error(std::string_view text) {
  std::string line = color_ ? "kameo: \x1b[1;31merror:\x1b[0m " : "kameo: error: ";
  line += text;
  print(line);
}

void Console::progress(std::string text) {
  if (!progress_) return;
  const std::lock_guard lock(mutex_);
  if (text == progress_text_) return;
  wipe();
  progress_text_ = std::move(text);
  draw();
}

void Console::clear_progress() {
  const std::lock_guard lock(mutex_);
  wipe();
  progress_text_.clear();
}

void Console::without_progress(const std::function<void()>& body) {
  const std::lock_guard lock(mutex_);
  wipe();
  body();
  draw();
}

void Console::wipe() {
  if (!progress_text_.empty()) write("\r\x1b[K");
}

void Console::draw() {
  if (!progress_text_.empty()) write(progress_text_);
}

void Console::write(std::string_view text) {
  // Where standard error is gone there is nobody left to tell.
  static_cast<void>(write_all(fd_, text));
}

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

int write_unless(const std::atomic<bool>& given_up, int fd, std::string_view text) {
  // A pipe that poll calls writable takes so much without blocking. O_NONBLOCK would be simpler,
  // but it belongs to the open file, which we may share with the shell.
  constexpr std::size_t piece = PIPE_BUF;
  constexpr int look_again_ms = 100;
  while (!text.empty()) {
    pollfd waiting{fd, POLLOUT, 0};
    const int ready = ::poll(&waiting, 1, look_again_ms);
    if (given_up) return ECANCELED;
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const auto problem = write_all(fd, text.substr(0, piece));
    if (problem != 0) return problem;
    text.remove_prefix(std::min(piece, text.size()));
  }
  return 0;
}

std::string visible_lines(std::string_view text) {
  std::string out;
  while (true) {
    const auto end = text.find('\n');
    out += visible(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string visible(std::string_view line) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  out.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    // C1 controls are two bytes in UTF-8: c2 80 to c2 9f.
    const bool c1 =
        byte == 0xc2 && i + 1 < line.size() && static_cast<unsigned char>(line[i + 1]) < 0xa0;
    if ((byte < 0x20 && byte != '\t') || byte == 0x7f || c1) {
      const auto code = c1 ? static_cast<unsigned char>(line[++i]) : byte;
      out += "\\x";
      out += hex[code >> 4U];
      out += hex[code & 15U];
    } else {
      out += line[i];
    }
  }
  return out;
}

}  // namespace kameo::cli

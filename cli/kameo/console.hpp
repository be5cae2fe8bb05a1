#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace kameo::cli {

/// When to colour: `--color`.
enum class ColorMode { automatic, always, never };

/// Whether to colour what goes to `fd`: `automatic` says yes to a terminal that is not "dumb",
/// unless NO_COLOR is set and not empty (no-color.org).
[[nodiscard]] bool use_color(ColorMode mode, int fd);

/// Standard error: whole lines, and under them, on a terminal, one line of progress that is wiped
/// and drawn again around everything else. Thread-safety: all functions from any thread.
class Console {
 public:
  /// `progress`: draw it, as this is a terminal.
  Console(int fd, bool color, bool progress) : fd_(fd), color_(color), progress_(progress) {}
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;
  ~Console() { clear_progress(); }

  [[nodiscard]] bool color() const noexcept { return color_; }
  [[nodiscard]] bool shows_progress() const noexcept { return progress_; }
  /// Columns of the terminal; 80 where it does not tell.
  [[nodiscard]] std::size_t width() const;

  /// Text of one line or more; a missing last line end is added.
  void print(std::string_view text);
  /// `kameo: error: text`
  void error(std::string_view text);
  /// Draws `text` as the line of progress.
  void progress(std::string text);
  void clear_progress();
  /// Wipes the line of progress for the time of `body`, which writes to the same terminal.
  void without_progress(const std::function<void()>& body);

 private:
  void wipe();
  void draw();
  void write(std::string_view text);

  const int fd_;
  const bool color_;
  const bool progress_;
  std::mutex mutex_;
  std::string progress_text_;  // guarded by mutex_; empty: none is drawn
};

/// Writes all of it; the errno of what went wrong, or 0.
[[nodiscard]] int write_all(int fd, std::string_view text);
/// The same, but looks at `given_up` while a pipe's reader takes nothing; ECANCELED once that is
/// set.
[[nodiscard]] int write_unless(const std::atomic<bool>& given_up, int fd, std::string_view text);

/// Control characters, escape sequences among them, as `\x1b`: what a child says must not steer
/// the operator's terminal. Tabs stay.
[[nodiscard]] std::string visible(std::string_view line);
/// The same for text of several lines, whose ends stay.
[[nodiscard]] std::string visible_lines(std::string_view text);

}  // namespace kameo::cli

#pragma once

#include <kameo/stream_window.hpp>
#include <kameo/trace_context.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace kameo {

/// How long a caller waits, from its call on; then it gets `deadline_exceeded`.
/// Not said: as the IDL has it for the handler. In either case never longer than what the caller
/// itself handles may still take: an ask that is made while another is handled inherits that one's
/// deadline. Where there is none of these, an ask for one reply waits for RuntimeOptions::deadline
/// (`default_deadline`); a stream may be silent or endless by right, and waits as long as it takes.
/// `no_deadline`, said expressly, inherits none and waits as long.
class Deadline {
 public:
  constexpr Deadline() = default;
  template <class Rep, class Period>
  constexpr Deadline(std::chrono::duration<Rep, Period> length)  // NOLINT(google-explicit-*)
      : kind_(Kind::length), length_(std::chrono::ceil<std::chrono::milliseconds>(length)) {}
  [[nodiscard]] static constexpr Deadline none() {
    Deadline made;
    made.kind_ = Kind::none;
    return made;
  }

  /// Whether anything was said, `none` included.
  constexpr explicit operator bool() const noexcept { return kind_ != Kind::unsaid; }
  [[nodiscard]] constexpr bool is_none() const noexcept { return kind_ == Kind::none; }
  [[nodiscard]] constexpr std::optional<std::chrono::milliseconds> length() const noexcept {
    if (kind_ != Kind::length) return std::nullopt;
    return length_;
  }

 private:
  enum class Kind : std::uint8_t { unsaid, length, none };
  Kind kind_ = Kind::unsaid;
  std::chrono::milliseconds length_{0};
};

inline constexpr Deadline no_deadline = Deadline::none();

/// How long an ask waits where nobody has said anything: not the caller, not the IDL, not the ask
/// that it is a part of. Long enough for any handler that is meant to be waited for, short enough
/// that nothing waits for ever for what never comes.
inline constexpr std::chrono::seconds default_deadline{60};

/// How one ask is made. Cancelling is the completion token's: asio's cancellation slot.
struct AskOptions {
  Deadline deadline = {};
  /// The trace that it belongs to; without one, that of the ask that is being handled.
  std::optional<TraceContext> trace = {};
};

/// How one stream is asked for.
struct StreamOptions {
  Deadline deadline = {};  ///< for the whole stream, its end included
  /// How long one `next` may wait; then the stream ends with `deadline_exceeded`.
  std::optional<std::chrono::milliseconds> idle = {};
  StreamWindow window = default_window;    ///< how far its writer may be ahead of its reader
  std::optional<TraceContext> trace = {};  ///< as AskOptions::trace
};

}  // namespace kameo

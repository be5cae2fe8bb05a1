#pragma once

#include <kameo/bytes.hpp>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo {

/// What went wrong, in few and stable words; the numbers travel on the wire (docs/protocol.md).
enum class errc : std::uint16_t {
  internal = 1,            ///< a bug of kameo's; please report it
  invalid_argument = 2,    ///< the caller's value breaks a rule; nothing was sent
  handler_failed = 3,      ///< the handler raised, threw or returned an error
  declared = 4,            ///< one of the errors that the IDL declares for the handler
  bad_request = 5,         ///< the receiver could not read the request
  bad_reply = 6,           ///< the reply is not of the declared type
  unknown_route = 7,       ///< no such handler or callback at the other side
  schema_mismatch = 8,     ///< both sides know the route, with different types
  overloaded = 9,          ///< refused before it was sent or queued; a retry is safe
  cancelled = 10,          ///< the caller cancelled
  deadline_exceeded = 11,  ///< the deadline passed first; the handler may have run
  not_started = 12,        ///< the actor ended before it began with the message; a retry is safe
  died_may_have_run = 13,  ///< the actor died with the message in hand
  stopped = 14,            ///< the actor has been stopped and takes no more messages
  start_failed = 15,       ///< the actor could not be started; retrying as it is cannot help
  handshake_timeout = 16,  ///< the child did not get ready in time
  bad_frame = 17,          ///< bytes that are no frame, or a frame out of place
  over_limit = 18,         ///< a size, depth or count beyond the limit that the message names
  session_closed = 19,     ///< the connection to the peer has ended
  no_answer = 20,          ///< the handler dropped the request without an answer
  not_provided = 21,       ///< nobody provides the callback that was asked for
  deadlock = 22,           ///< the call would wait for itself; the message names the cycle
  already_provided = 23,   ///< the same name registered twice
  not_found = 24,          ///< a file, program or name that is not there
  system = 25,             ///< the operating system refused
};

/// The name of a code as it stands above, such as `handler_failed`; `unknown` for other numbers.
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// How an incarnation of an actor ended. One object that is in the error, the log and the CLI.
struct DeathCertificate {
  std::string actor;                     ///< name of the actor's slot
  std::uint32_t incarnation = 0;         ///< 1 for the first
  std::int32_t pid = 0;                  ///< 0 for an actor in this process
  std::int32_t exit_code = -1;           ///< -1 when a signal ended it
  std::int32_t signal = 0;               ///< 0 when it exited by itself
  std::string reason;                    ///< in words: "killed by SIGSEGV (segmentation fault)"
  std::vector<std::string> last_stderr;  ///< the last lines, oldest first
  std::int64_t peak_rss_bytes = 0;
  std::int64_t user_time_us = 0;
  std::int64_t system_time_us = 0;
  std::int64_t uptime_us = 0;
  std::int32_t restarts_left = -1;  ///< within the window of the intensity; -1 unlimited or none
};

/// What an Error says, as plain data: the form that travels.
struct ErrorData {
  errc code = errc::internal;
  std::string message;             ///< one line, what and why
  std::string where;               ///< "strategy.py:41, evaluate", or empty
  std::string type;                ///< the exception's qualified name, or empty
  std::string traceback;           ///< as Python prints it, or empty
  std::vector<std::string> notes;  ///< what `add_note` added
  std::string cause;               ///< the text of the exception that led to it, or empty
  std::string declared;            ///< with errc::declared: the error's IDL name
  Bytes payload;                   ///< with errc::declared: its value, encoded
  std::shared_ptr<const DeathCertificate> death;  ///< when the actor's end is the reason
};

/// Why something did not work. A cheap handle: copies share one immutable ErrorData.
/// Thread-safety: as a `std::shared_ptr<const T>`.
class Error : public std::exception {
 public:
  Error(errc code, std::string message);
  explicit Error(ErrorData data);

  [[nodiscard]] errc code() const noexcept { return data_->code; }
  [[nodiscard]] const std::string& message() const noexcept { return data_->message; }
  [[nodiscard]] const ErrorData& data() const noexcept { return *data_; }
  /// Whether a handler began with the request, as far as the code says: false where a retry is
  /// safe, none where that is not known.
  [[nodiscard]] std::optional<bool> started() const noexcept;

  /// "handler_failed: count must be positive, got 0"; with the death's reason where there is one.
  [[nodiscard]] const char* what() const noexcept override;

  /// The same error with `context` and a colon before its message.
  [[nodiscard]] Error with_context(std::string_view context) const;

 private:
  struct Shared;
  explicit Error(std::shared_ptr<const Shared> shared);
  std::shared_ptr<const Shared> shared_;
  const ErrorData* data_;
};

}  // namespace kameo

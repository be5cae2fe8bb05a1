#pragma once

#include <kameo/wire/handshake.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace kameo {

/// Something that an actor said, or the runtime about it (then `record.source` is `kameo`).
struct LogEntry {
  std::string_view actor;         ///< the slot's name; empty for the runtime itself
  std::uint32_t incarnation = 0;  ///< 0 for the runtime itself
  wire::LogRecord record;
};

/// Where log entries go. Called on the strands of the actors, so several calls may run at once;
/// must not block for long, the actor's messages wait meanwhile.
using LogHook = std::function<void(const LogEntry&)>;

/// `strategy[1] INFO logger: message`, then the traceback's lines where there is one.
[[nodiscard]] std::string to_string(const LogEntry& entry);
/// Writes that to stderr, an entry in one write; but not what the runtime itself says at level
/// debug.
void log_to_stderr(const LogEntry& entry);

}  // namespace kameo

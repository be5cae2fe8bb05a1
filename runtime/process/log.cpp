#include "line_splitter.hpp"
#include "log_record.hpp"

#include <kameo/concat.hpp>

#include <unistd.h>

#include <cctype>
#include <chrono>

namespace kameo {

wire::LogRecord process::make_record(std::string_view source, wire::LogLevel level,
                                     std::string_view message) {
  wire::LogRecord record;
  record.level = level;
  record.source = source;
  record.message = as_utf8(message);
  record.at =
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  return record;
}

std::string to_string(const LogEntry& entry) {
  std::string level(wire::to_string(entry.record.level));
  for (auto& letter : level) letter = static_cast<char>(std::toupper(letter));
  auto text = entry.actor.empty() ? std::string("kameo") : std::string(entry.actor);
  text += concat(' ', level, ' ');
  const auto& from = entry.record.logger.empty() ? entry.record.source : entry.record.logger;
  if (!from.empty()) text += concat(from, ": ");
  text += entry.record.message;
  if (!entry.record.traceback.empty()) {
    if (!text.ends_with('\n')) text += '\n';
    text += entry.record.traceback;
  }
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

void log_to_stderr(const LogEntry& entry) {
  // The runtime's own details are for hooks that want them. What an actor logs at that level was
  // asked for: SpawnOptions::log_level.
  if (entry.record.source == "kameo" && entry.record.level == wire::LogLevel::debug) return;
  const auto line = to_string(entry) + '\n';
  // Nobody could be told that the log's own place is full or closed.
  static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
}

}  // namespace kameo

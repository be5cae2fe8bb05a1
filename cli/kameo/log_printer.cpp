#include "log_printer.hpp"

#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include <cctype>
#include <string_view>

namespace kameo::cli {
namespace {

std::string_view color_of(wire::LogLevel level) {
  switch (level) {
    case wire::LogLevel::debug:
      return "\x1b[2m";
    case wire::LogLevel::info:
      return "\x1b[32m";
    case wire::LogLevel::warning:
      return "\x1b[33m";
    case wire::LogLevel::error:
    case wire::LogLevel::critical:
      return "\x1b[1;31m";
  }
  return "";
}

/// `12:03:04.125`, in UTC.
std::string time_of_day(Timestamp at) {
  const auto whole = std::chrono::floor<std::chrono::milliseconds>(at);
  auto text = to_string(Timestamp(whole));
  const auto start = text.find('T');
  if (start == std::string::npos) return text;
  text.erase(0, start + 1);
  text.pop_back();  // the Z
  if (text.find('.') == std::string::npos) text += '.';
  text.resize(std::string_view("12:03:04.125").size(), '0');
  return text;
}

void append_lines(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    out += visible(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
    if (!text.empty()) out += "\n    ";
  }
}

}  // namespace

std::string log_text(const LogEntry& entry, bool color) {
  const auto& record = entry.record;
  std::string level(wire::to_string(record.level));
  for (auto& letter : level) letter = static_cast<char>(std::toupper(letter));

  auto text = concat(time_of_day(record.at), " ",
                     entry.actor.empty() ? std::string_view("kameo") : entry.actor, " ");
  text += color ? concat(color_of(record.level), level, "\x1b[0m ") : concat(level, " ");
  const auto& from = record.logger.empty() ? record.source : record.logger;
  std::string place = visible(from);
  if (!record.file.empty()) {
    place += concat(place.empty() ? "" : " ", visible(record.file), ":", record.line);
  }
  if (!place.empty()) text += concat(place, ": ");
  append_lines(text, record.message);
  for (auto it = record.extra.begin(); it != record.extra.end(); ++it) {
    text += concat(it == record.extra.begin() ? " (" : ", ", visible(it->first), "=",
                   visible(it->second));
  }
  if (!record.extra.empty()) text += ')';
  if (!record.traceback.empty()) {
    text += "\n    ";
    append_lines(text, record.traceback);
  }
  return text;
}

}  // namespace kameo::cli

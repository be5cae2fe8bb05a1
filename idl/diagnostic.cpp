#include <kameo/idl/diagnostic.hpp>

#include <kameo/concat.hpp>

#include "display.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace kameo::idl {
namespace {

struct Paint {
  std::string_view bold, error, warning, note, caret, off;
};
constexpr Paint plain{"", "", "", "", "", ""};
constexpr Paint ansi{"\x1b[1m", "\x1b[1;31m", "\x1b[1;35m", "\x1b[1;36m", "\x1b[1;32m", "\x1b[0m"};

std::string place(const std::string& file, Position at) {
  return concat(file, ":", at.line, ":", at.column, ":");
}

std::string gutter(std::string_view number) {
  constexpr std::size_t digits = 5;
  const auto blanks = digits > number.size() ? digits - number.size() : 0;
  return concat(std::string(blanks, ' '), number, " | ");
}

/// What of a long line is shown: a schema on one line must not fill the terminal.
struct Window {
  std::string text;
  std::size_t before = 0;  // code points of `text` before the caret
};

Window window(std::string_view line, std::size_t caret) {
  constexpr std::size_t longest = 160;
  constexpr std::size_t context = 60;
  const auto text = printable(line);
  if (code_points(text) <= longest) return {text, caret};
  const auto first = caret > context ? caret - context : 0;
  std::string cut;
  std::size_t index = 0;
  for (std::size_t i = 0; i < text.size();) {
    auto size = std::size_t{1};
    while (i + size < text.size() && (static_cast<unsigned char>(text[i + size]) & 0xC0U) == 0x80U)
      ++size;
    if (index >= first && index < first + longest) cut += text.substr(i, size);
    i += size;
    ++index;
  }
  const std::string_view left = first > 0 ? "…" : "";
  const std::string_view right = index > first + longest ? "…" : "";
  return {concat(left, cut, right), caret - first + (first > 0 ? 1 : 0)};
}

}  // namespace

void sort(std::vector<Diagnostic>& diagnostics) {
  // By the first naming, not by the alphabet: a file's errors stand in the order of reading.
  std::map<std::string, std::size_t> order;
  for (const auto& each : diagnostics) order.try_emplace(each.file, order.size());
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) {
                     return std::tuple(order.at(a.file), a.at, a.code) <
                            std::tuple(order.at(b.file), b.at, b.code);
                   });
}

std::size_t error_count(const std::vector<Diagnostic>& diagnostics) noexcept {
  return static_cast<std::size_t>(
      std::count_if(diagnostics.begin(), diagnostics.end(),
                    [](const Diagnostic& each) { return each.severity == Severity::error; }));
}

std::string to_string(const Diagnostic& diagnostic, bool colour) {
  const auto& paint = colour ? ansi : plain;
  const bool is_error = diagnostic.severity == Severity::error;
  auto out =
      concat(paint.bold, place(diagnostic.file, diagnostic.at), paint.off, " ",
             is_error ? paint.error : paint.warning, is_error ? "error:" : "warning:", paint.off,
             " ", diagnostic.message, " [", to_string(diagnostic.code), "]\n");
  const auto before = std::size_t{diagnostic.at.column} - 1;
  const auto shown = window(diagnostic.line, before);
  const auto width = display_width(shown.text, shown.before, diagnostic.length);
  // A caret stands also where nothing is, as behind the end of a line.
  const auto marks = concat("^", std::string(std::max<std::size_t>(width, 1) - 1, '~'));
  const std::string_view blank = diagnostic.hint.empty() ? "" : " ";
  out += concat(gutter(std::to_string(diagnostic.at.line)), shown.text, "\n", gutter(""),
                padding(shown.text, shown.before), paint.caret, marks, paint.off, blank,
                diagnostic.hint, "\n");
  for (const auto& note : diagnostic.notes) {
    out += concat(paint.bold, place(note.file, note.at), paint.off, " ", paint.note,
                  "note:", paint.off, " ", note.message, "\n");
  }
  return out;
}

std::string to_string(const std::vector<Diagnostic>& diagnostics, bool colour) {
  std::string out;
  for (const auto& each : diagnostics) out += to_string(each, colour);
  return out;
}

}  // namespace kameo::idl

#include <kameo/concat.hpp>
#include <kameo/utf8.hpp>

#include "yaml.hpp"

#include <algorithm>

namespace kameo::idl {
namespace {

bool refuse_bad_bytes(const Source& source, Report& report) {
  const auto text = source.text();
  if (const auto valid = utf8_valid_prefix(text); valid < text.size()) {
    report.error(Code::not_utf8, {&source, valid, 1}, "a byte that is not UTF-8")
        .hint("save the file as UTF-8");
    return false;
  }
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7F;
  };
  // One at the very start is not part of the text.
  if (const auto mark = text.find("\xEF\xBB\xBF"); mark != text.npos) {
    report.error(Code::control_character, {&source, mark, 1}, "a byte-order mark within the file")
        .hint("nobody sees it, and YAML readers do not agree on it: delete it");
    return false;
  }
  // A line break to YAML, but not to those who count lines.
  for (auto at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
    if (text.substr(at + 1).starts_with('\n')) continue;
    report
        .error(Code::control_character, {&source, at, 1},
               "a carriage return without the line feed behind it")
        .hint("a line ends in \\n or \\r\\n");
    return false;
  }
  const auto found = std::find_if(text.begin(), text.end(), is_control);
  if (found == text.end()) return true;
  report
      .error(Code::control_character, {&source, static_cast<std::size_t>(found - text.begin()), 1},
             concat("a control character (code ", static_cast<int>(*found), ")"))
      .hint("in quotes, write it as an escape: \"\\x1b\"");
  return false;
}

bool refuse_tabs(const Source& source, Report& report) {
  for (std::uint32_t number = 1; number <= source.line_count(); ++number) {
    const auto line = source.line(number);
    const auto content = line.find_first_not_of(" \t");
    if (content == line.npos || line[content] == '#') continue;
    const auto tab = line.find('\t');
    if (tab == line.npos || tab > content) continue;
    // One is enough: where one line is indented so, a hundred are.
    report
        .error(Code::tab_indentation, {&source, source.line_start(number) + tab, 1},
               "a tab in the indentation")
        .hint("YAML is indented with blanks");
    return false;
  }
  return true;
}

}  // namespace

bool scan_text(const Source& source, Report& report) {
  return refuse_bad_bytes(source, report) && refuse_tabs(source, report);
}

namespace {

/// How many `<` of a plain scalar are still open at its end.
int open_brackets(const Node& node) {
  if (!node.is_scalar() || node.quoted) return 0;
  const auto opened = std::count(node.text.begin(), node.text.end(), '<');
  const auto closed = std::count(node.text.begin(), node.text.end(), '>');
  return static_cast<int>(opened - closed);
}

class Joiner {
 public:
  Joiner(Node& head, Report& report) : head_(head), report_(report), open_(open_brackets(head)) {}

  [[nodiscard]] bool wants_more() const noexcept { return open_ > 0; }
  void join(const Node& piece) {
    if (pieces_++ == 0) first_end_ = head_.place.offset + head_.place.length;
    head_.text += "; " + piece.text;
    open_ += open_brackets(piece);
  }
  void finish() const {
    if (pieces_ == 0) return;
    const auto& source = *head_.place.source;
    const auto comma = source.text().find(',', first_end_);
    report_
        .error(Code::comma_in_type,
               {&source, comma == std::string_view::npos ? head_.place.offset : comma, 1},
               "a comma inside `<…>` cuts the type in two")
        .hint(concat("write `", head_.text, "`"));
  }

 private:
  Node& head_;
  Report& report_;
  int open_;
  int pieces_ = 0;
  std::size_t first_end_ = 0;
};

/// A piece behind the comma: a key without a value.
bool is_piece(const Entry& entry) {
  return entry.key.is_scalar() && !entry.key.quoted && entry.value.is_null() &&
         entry.value.text.empty();
}

}  // namespace

void join_cut_types(Node& flow, Report& report) {
  auto& entries = flow.entries;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    Joiner joiner(entries[i].value, report);
    auto next = i + 1;
    for (; joiner.wants_more() && next < entries.size() && is_piece(entries[next]); ++next) {
      joiner.join(entries[next].key);
    }
    joiner.finish();
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(i + 1),
                  entries.begin() + static_cast<std::ptrdiff_t>(next));
  }
  auto& items = flow.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Joiner joiner(items[i], report);
    auto next = i + 1;
    for (; joiner.wants_more() && next < items.size() && items[next].is_scalar() &&
           !items[next].quoted;
         ++next) {
      joiner.join(items[next]);
    }
    joiner.finish();
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(i + 1),
                items.begin() + static_cast<std::ptrdiff_t>(next));
  }
}

}  // namespace kameo::idl

#include "format/spans.hpp"

#include <algorithm>

namespace kameo::idl {
namespace {

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(char c) noexcept {
  return blanks.find(c) != blanks.npos;
}

/// Behind the quote that ends the scalar whose quote stands at `offset`.
std::size_t quoted_end(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (auto i = offset + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 >= text.size() || text[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return text.size();
}

/// A plain scalar over several lines: its blanks and breaks were folded, all else is as written.
std::size_t plain_end(std::string_view text, std::size_t offset, std::string_view value) {
  auto at = offset;
  for (const char c : value) {
    if (is_blank(c)) continue;
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size() || text[at] != c) return at;
    ++at;
  }
  return at;
}

std::string_view line_of(std::string_view text, std::size_t start) {
  auto line = text.substr(start, text.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Spans::Spans(const Source& source, const Node& root) : source_(source) {
  (void)measure(root, 0);
  find_comments();
}

bool Spans::is_flow(const Node& node) const {
  const auto at = node.place.offset;
  return (node.is_map() || node.is_list()) && at < source_.text().size() &&
         source_.text()[at] == (node.is_map() ? '{' : '[');
}

bool Spans::is_block_scalar(const Node& node) const {
  const auto text = source_.text();
  const auto at = node.place.offset;
  return node.is_scalar() && node.quoted && at < text.size() &&
         (text[at] == '|' || text[at] == '>');
}

bool Spans::blank_before(std::size_t offset) const {
  const auto line = line_at(offset);
  return line > 1 && source_.line(line - 1).find_first_not_of(" \t\r") == std::string_view::npos;
}

/// `behind` is the end of what stands before: that of a value that is left out.
std::size_t Spans::measure(const Node& node, std::size_t behind) {
  auto end = node.place.offset;
  if (node.is_scalar()) {
    end = scalar_end(node);
    scalars_[node.place.offset] = end;
  } else if (node.is_null()) {
    end = node.text.empty() ? behind : node.place.offset + node.text.size();
  } else {
    const bool flow = is_flow(node);
    if (flow) ++end;
    for (const auto& item : node.items) end = measure(item, end);
    for (const auto& [key, value] : node.entries) end = measure(value, measure(key, end));
    if (flow) end = closing_bracket(end);
  }
  ends_[&node] = end;
  return end;
}

std::size_t Spans::scalar_end(const Node& node) const {
  const auto text = source_.text();
  const auto at = node.place.offset;
  if (at >= text.size()) return text.size();
  if (is_block_scalar(node)) return block_scalar_end(at);
  if (node.quoted) return quoted_end(text, at);
  return plain_end(text, at, node.text);
}

std::size_t Spans::block_scalar_end(std::size_t offset) const {
  const auto text = source_.text();
  auto end = std::min(text.find('\n', offset), text.size());
  // Its lines are indented deeper than the line in which it starts.
  const auto first = source_.line_start(line_at(offset));
  auto least = line_of(text, first).find_first_not_of(' ');
  // `- key: |`: deeper than the key.
  while (text.substr(first + least).starts_with("- ")) {
    least = line_of(text, first).find_first_not_of(' ', least + 1);
  }
  for (auto at = end + 1; at < text.size();) {
    const auto line = line_of(text, at);
    const auto indent = line.find_first_not_of(' ');
    if (indent != line.npos && indent <= least) break;
    if (indent != line.npos) end = at + line.size();
    at = text.find('\n', at);
    if (at != text.npos) ++at;
  }
  return end;
}

/// Behind the bracket that closes a flow map or list whose last element ends at `from`.
std::size_t Spans::closing_bracket(std::size_t from) const {
  const auto text = source_.text();
  auto at = from;
  while (at < text.size() && text[at] != '}' && text[at] != ']') {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else {
      ++at;
    }
  }
  return std::min(at + 1, text.size());
}

void Spans::find_comments() {
  const auto text = source_.text();
  for (std::size_t at = 0; at < text.size();) {
    const auto scalar = scalars_.find(at);
    if (scalar != scalars_.end() && scalar->second > at) {
      // A comment may stand behind the head of a block scalar, `| # …`.
      const bool block = text[at] == '|' || text[at] == '>';
      const auto head = line_of(text, at);
      const auto comment = block ? head.find(" #") : head.npos;
      if (comment != head.npos) {
        const auto offset = at + comment + 1;
        const auto position = source_.position(offset);
        comments_.push_back({offset, position.line, offset - source_.line_start(position.line),
                             false, false, std::string(line_of(text, offset))});
      }
      at = scalar->second;
      continue;
    }
    if (text[at] != '#') {
      ++at;
      continue;
    }
    Comment comment;
    comment.offset = at;
    comment.line = line_at(at);
    comment.column = at - source_.line_start(comment.line);
    const auto before = source_.line(comment.line).substr(0, comment.column);
    comment.own_line = before.find_first_not_of(" \t") == before.npos;
    comment.after_blank = comment.own_line && blank_before(at);
    comment.text = line_of(text, at);
    comment.text.resize(comment.text.find_last_not_of(" \t\r") + 1);
    at += line_of(text, at).size();
    comments_.push_back(std::move(comment));
  }
}

}  // namespace kameo::idl

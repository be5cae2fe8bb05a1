#include <kameo/idl/format.hpp>

#include <kameo/concat.hpp>

#include "format/attach.hpp"
#include "format/level.hpp"

#include <algorithm>

namespace kameo::idl {
namespace {

/// Entries in the order in which they are written.
std::vector<const Entry*> ordered(const Node& map, const Level& level) {
  std::vector<const Entry*> entries;
  for (const auto& entry : map.entries) entries.push_back(&entry);
  std::stable_sort(entries.begin(), entries.end(), [&](const Entry* a, const Entry* b) {
    return level.rank(a->key.text) < level.rank(b->key.text);
  });
  return entries;
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

class Writer {
 public:
  Writer(const Source& source, const Node& root)
      : source_(source), spans_(source, root), comments_(root, spans_) {}

  std::string write(const Node& root) {
    map(root, Level::of_file(root), 0);
    return std::move(out_);
  }
  [[nodiscard]] std::size_t comment_count() const { return spans_.comments().size(); }

 private:
  void line(std::size_t indent, std::string_view text) {
    out_.append(indent, ' ');
    out_ += text;
    out_ += '\n';
  }

  /// What stands above an entry. An empty line stays one, but not at the start of anything.
  void above(const Node& key_or_item, std::size_t indent, bool first) {
    const auto& leading = comments_.of(key_or_item).leading;
    for (const auto& comment : leading) {
      if (comment.after_blank && !(first && &comment == &leading.front())) out_ += '\n';
      line(indent, comment.text);
    }
    // A key and its value in the line below may have one each, and a line takes only one.
    const auto& trailing = comments_.of(key_or_item).trailing;
    const auto offset = key_or_item.place.offset;
    if ((!first || !leading.empty()) && spans_.blank_before(offset)) out_ += '\n';
    for (std::size_t i = 0; i + 1 < trailing.size(); ++i) line(indent, trailing[i].text);
  }

  void behind(const Node& key_or_item) {
    const auto& trailing = comments_.of(key_or_item).trailing;
    if (!trailing.empty()) out_ += concat("  ", trailing.back().text);
    out_ += '\n';
  }

  void below(const Node& collection, std::size_t indent) {
    for (const auto& comment : comments_.tail(collection)) {
      if (comment.after_blank) out_ += '\n';
      line(indent, comment.text);
    }
  }

  void map(const Node& node, const Level& level, std::size_t indent) {
    bool first = true;
    for (const auto* entry : ordered(node, level)) {
      above(entry->key, indent, first);
      first = false;
      out_.append(indent, ' ');
      out_ += raw(entry->key);
      out_ += ':';
      value(entry->value, entry->key, level.inside(entry->key.text, entry->value), indent);
    }
    below(node, indent);
  }

  void list(const Node& node, std::size_t indent) {
    bool first = true;
    for (const auto& item : node.items) {
      above(item, indent, first);
      first = false;
      out_.append(indent, ' ');
      out_ += '-';
      value(item, item, Level(), indent);
    }
    below(node, indent);
  }

  /// A value behind its key or dash, with what ends the line and what stands below it.
  void value(const Node& node, const Node& owner, const Level& level, std::size_t indent) {
    const bool collection = node.is_map() || node.is_list();
    if (collection && !comments_.on_one_line(node)) {
      behind(owner);
      if (node.is_map()) {
        map(node, level, indent + 2);
      } else {
        list(node, indent + 2);
      }
      return;
    }
    if (spans_.is_block_scalar(node)) return block_scalar(node, owner, indent + 2);
    if (!node.is_null() || !node.text.empty()) out_ += concat(" ", inline_value(node, level));
    behind(owner);
  }

  std::string inline_value(const Node& node, const Level& level) {
    std::string out;
    if (node.is_list()) {
      for (const auto& item : node.items) {
        out += concat(out.empty() ? "" : ", ", inline_value(item, Level()));
      }
      return concat("[", out, "]");
    }
    if (node.is_map()) {
      for (const auto* entry : ordered(node, level)) {
        const auto inside = level.inside(entry->key.text, entry->value);
        out += concat(out.empty() ? "" : ", ", raw(entry->key), ": ",
                      inline_value(entry->value, inside));
      }
      return concat("{", out, "}");
    }
    return node.is_null() && node.text.empty() ? "~" : raw(node);
  }

  /// A scalar as it is written, on one line.
  [[nodiscard]] std::string raw(const Node& node) const {
    if (node.is_null()) return node.text;
    const auto start = node.place.offset;
    const auto written = source_.text().substr(start, spans_.end(node) - start);
    if (written.find('\n') == written.npos) return std::string(written);
    if (!node.quoted && node.text.find('\n') == std::string::npos) return node.text;
    return double_quoted(node.text);
  }

  /// Its lines move with their indentation; what depends on the indentation becomes a quoted text.
  void block_scalar(const Node& node, const Node& owner, std::size_t indent) {
    const auto start = node.place.offset;
    auto written = source_.text().substr(start, spans_.end(node) - start);
    auto head = written.substr(0, written.find_first_of(" \t\r\n#"));
    const bool explicit_indent = head.find_first_of("123456789") != head.npos;
    const auto first_line = written.find('\n');
    const bool keeps_end = head.find('+') != head.npos;
    if (explicit_indent || keeps_end || first_line == written.npos) {
      out_ += concat(" ", double_quoted(node.text));
      return behind(owner);
    }
    // A file may end amid a text's last line; in its own style it ends that line, the text does
    // not.
    const bool amid_line =
        !node.text.empty() && !node.text.ends_with('\n') && head.find('-') == head.npos;
    out_ += concat(" ", head, amid_line ? "-" : "");
    behind(owner);
    written.remove_prefix(first_line + 1);
    std::size_t depth = std::string_view::npos;
    while (!written.empty()) {
      auto text = written.substr(0, written.find('\n'));
      written.remove_prefix(std::min(written.size(), text.size() + 1));
      if (text.ends_with('\r')) text.remove_suffix(1);
      const auto content = text.find_first_not_of(' ');
      if (depth == text.npos && content != text.npos) depth = content;
      if (content == text.npos) {
        // Blanks behind the indentation are part of the text.
        const auto more = depth != text.npos && text.size() > depth ? text.substr(depth) : "";
        if (more.empty()) {
          out_ += '\n';
        } else {
          line(indent, more);
        }
      } else {
        line(indent, text.substr(depth));
      }
    }
  }

  const Source& source_;
  Spans spans_;
  Attachments comments_;
  std::string out_;
};

/// Whether two trees say the same, whatever the order of their keys.
bool same(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  if (a.is_scalar() && (a.text != b.text || a.quoted != b.quoted)) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) return false;
  }
  for (const auto& [key, value] : a.entries) {
    const auto* other = b.find(key.text);
    if (other == nullptr || !same(value, *other)) return false;
  }
  return true;
}

}  // namespace

Formatted format(const std::string& path, std::string text) {
  Formatted formatted;
  Report report;
  const Source source(path, std::move(text));
  const auto root = parse_yaml(source, report);
  if (root && !root->is_map() && report.errors() == 0) {
    report.error(Code::wrong_kind, root->place,
                 concat("expected a map with the keys of a schema, got ", kind_name(*root)));
  }
  if (root && report.errors() == 0) {
    Writer writer(source, *root);
    auto out = writer.write(*root);
    // A style that changed what a file says would be worse than none: look before it is used.
    Report again;
    const Source result(path, out);
    const auto tree = parse_yaml(result, again);
    const bool kept = tree && again.errors() == 0 && same(*root, *tree) &&
                      Spans(result, *tree).comments().size() == writer.comment_count();
    if (kept) {
      formatted.text = std::move(out);
    } else {
      report
          .error(Code::cannot_format, root->place,
                 "this file cannot be put into kameo's style without changing what it says")
          .hint("please report it, with the file");
    }
  }
  formatted.diagnostics = report.take();
  return formatted;
}

}  // namespace kameo::idl

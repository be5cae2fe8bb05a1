#include "yaml.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <utility>

namespace kameo::idl {
namespace {

/// The offset of the quote that ends the scalar whose quote stands at `offset`; npos where none
/// does.
std::size_t closing_quote(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (std::size_t i = offset + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '"' || i + 1 == text.size() || text[i + 1] != quote) return i;
      ++i;  // two single quotes stand for one
    }
  }
  return std::string_view::npos;
}

/// How long a scalar is in the source, up to the end of its line.
std::size_t written_length(std::string_view text, std::size_t offset, std::string_view value) {
  if (offset >= text.size()) return 1;
  const auto line_end = std::min(text.find('\n', offset), text.size());
  const auto rest = text.substr(offset, line_end - offset);
  if (rest.empty()) return 1;
  if (rest.starts_with(value) && !value.empty()) return value.size();
  if (rest.front() == '"' || rest.front() == '\'') {
    const auto close = closing_quote(text, offset);
    if (close < line_end) return close + 1 - offset;
  }
  const auto end = rest.find_last_not_of(" \t\r");
  return end == std::string_view::npos ? 1 : end + 1;
}

/// The word at `offset` if it spells a null.
std::string_view written_null(std::string_view text, std::size_t offset) {
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (text.substr(std::min(offset, text.size())).starts_with(word)) return word;
  }
  return {};
}

/// Builds the tree from yaml-cpp's events: the events, other than its nodes, tell of aliases, tags
/// and styles.
class Builder final : public YAML::EventHandler {
 public:
  Builder(const Source& source, Report& report) : source_(source), report_(report) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = make(Node::Kind::null, mark);
    node.text = written_null(source_.text(), node.place.offset);
    node.place.length = std::max<std::size_t>(node.text.size(), 1);
    // The mark of a value that is left out is that of whatever follows: point at its key instead.
    if (node.text.empty() && !stack_.empty() && stack_.back().key) {
      node.place = stack_.back().key->place;
    }
    refuse_anchor(node, anchor);
    add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Node node = make(Node::Kind::bad, mark);
    say_alias(node.place);
    add(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(Node::Kind::scalar, mark);
    node.text = value;
    node.quoted = tag == "!";
    node.place.length = written_length(source_.text(), node.place.offset, value);
    refuse_anchor(node, anchor);
    refuse_tag(node, tag);
    refuse_unclosed(node);
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(Node::Kind::list, mark, tag, anchor, style);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(Node::Kind::map, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Node node;
    bool flow = false;
    std::optional<Node> key;  // of a map, while its value is awaited
  };

  Node make(Node::Kind kind, const YAML::Mark& mark) const {
    Node node;
    node.kind = kind;
    // yaml-cpp counts bytes, without the byte-order mark: as Source does.
    const auto offset = mark.pos < 0 ? std::size_t{0} : static_cast<std::size_t>(mark.pos);
    node.place = {&source_, std::min(offset, source_.text().size()), 1};
    return node;
  }

  void say_alias(const Place& place) {
    report_.error(Code::alias_or_anchor, place, "YAML anchors, aliases and merge keys are refused")
        .hint("write the value out; a type that is used twice deserves a name");
  }
  void refuse_anchor(Node& node, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    say_alias(node.place);
    node.kind = Node::Kind::bad;
  }
  void refuse_tag(Node& node, const std::string& tag) {
    if (tag.empty() || tag == "?" || (tag == "!" && source_.text()[node.place.offset] != '!')) {
      return;
    }
    report_.error(Code::yaml_tag, node.place, "YAML tags are refused")
        .hint("leave the tag out: the place of a value says what it is");
    node.kind = Node::Kind::bad;
  }

  /// yaml-cpp 0.7 takes the end of the file for a closing quote.
  void refuse_unclosed(Node& node) {
    const auto text = source_.text();
    const auto at = node.place.offset;
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return;
    if (closing_quote(text, at) != std::string_view::npos) return;
    report_.error(Code::yaml_syntax, {&source_, at, 1}, "the quote that opens here is never closed")
        .hint("everything behind it was read as text");
    node.kind = Node::Kind::bad;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    Level level{make(kind, mark), style == YAML::EmitterStyle::Flow, {}};
    refuse_anchor(level.node, anchor);
    refuse_tag(level.node, tag);
    stack_.push_back(std::move(level));
  }

  void close() {
    auto level = std::move(stack_.back());
    stack_.pop_back();
    auto& node = level.node;
    if (level.flow) join_cut_types(node, report_);
    if (node.is_map()) {
      refuse_duplicates(node);
      if (!level.flow && !node.entries.empty()) node.place = node.entries.front().key.place;
    }
    add(std::move(node));
  }

  /// Keeps the first of each.
  void refuse_duplicates(Node& map) {
    std::map<std::string, Place> seen;
    const auto is_duplicate = [&](const Entry& entry) {
      const auto& key = entry.key;
      const auto [first, added] = seen.try_emplace(key.text, key.place);
      if (added) return false;
      report_
          .error(Code::duplicate_key, key.place,
                 concat("key `", excerpt(key.text), "` stands twice in this map"))
          .hint("YAML readers keep one of the two, without a word")
          .note(first->second, "it stands here first");
      return true;
    };
    map.entries.erase(std::remove_if(map.entries.begin(), map.entries.end(), is_duplicate),
                      map.entries.end());
  }

  void add(Node node) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    auto& level = stack_.back();
    if (level.node.is_list()) {
      level.node.items.push_back(std::move(node));
    } else if (level.node.is_map()) {
      if (!level.key) {
        level.key = std::move(node);
        return;
      }
      add_entry(level, std::move(*level.key), std::move(node));
      level.key.reset();
    }
  }

  void add_entry(Level& level, Node key, Node value) {
    if (key.is_bad()) return;
    if (!key.is_scalar() && !key.is_null()) {
      report_.error(Code::key_not_a_word, key.place,
                    concat("a key must be a word, not ", kind_name(key)));
      return;
    }
    if (key.text == "<<" && !key.quoted) return say_alias(key.place);
    level.node.entries.push_back({std::move(key), std::move(value)});
  }

  const Source& source_;
  Report& report_;
  Node root_;
  std::vector<Level> stack_;
};

struct Translation {
  std::string_view theirs;
  std::string_view message;
  std::string_view hint;
};

// yaml-cpp's messages in the words of this tool, with what usually is the reason.
constexpr std::array translations{
    Translation{"end of map not found", "this line does not fit the map that it stands in",
                "keys of one map start in one column, each followed by `: `"},
    Translation{"end of sequence not found", "this line does not fit the list that it stands in",
                "items of one list start in one column, each with `- `"},
    Translation{"end of map flow not found", "a `{` is not closed, or a comma is missing here",
                "entries stand between commas: {a: u32, b: string}"},
    Translation{"end of sequence flow not found", "a `[` is not closed, or a comma is missing here",
                "items stand between commas: [buy, sell]"},
    Translation{"illegal map value", "a `:` that YAML does not expect here",
                "put text that holds `: ` in quotes"},
    Translation{"illegal map key", "a key that YAML does not expect here", "check the indentation"},
    Translation{"illegal block entry", "a `- ` that YAML does not expect here",
                "a list starts on a line of its own"},
    Translation{"illegal flow end", "a `}` or `]` that closes nothing", "remove it"},
    Translation{"illegal EOF in scalar", "the quote that opens here is never closed", ""},
    Translation{"illegal document indicator in scalar", "`---` or `...` inside quotes",
                "close the quotes first"},
    Translation{"unknown token", "a character that cannot start a value in YAML",
                "put text that starts with one of @ ` % in quotes"},
    Translation{"illegal character in scalar", "a character that YAML forbids here", ""},
    Translation{"unexpected character in block scalar",
                "only `+`, `-`, a digit or a comment may follow `|` or `>`", ""},
    Translation{"cannot set zero indentation for a block scalar",
                "a block of text cannot be indented by 0", ""},
    Translation{"YAML directives must have exactly one argument",
                "a `%YAML` line without a version", "leave the line out"},
    Translation{"repeated YAML directive", "a second `%YAML` line", "leave the line out"},
    Translation{"YAML major version too large", "a version of YAML that is not known",
                "leave the line out"},
};

void say_syntax_error(const Source& source, const YAML::Exception& error, Report& report) {
  const auto offset =
      error.mark.pos < 0 ? std::size_t{0}
                         : std::min(static_cast<std::size_t>(error.mark.pos), source.text().size());
  const Place place{&source, offset, 1};
  if (dynamic_cast<const YAML::DeepRecursion*>(&error) != nullptr) {
    report.error(Code::nested_too_deep, place, "values are nested too deep")
        .hint("give the inner types names of their own");
    return;
  }
  const std::string_view text = error.msg;
  if (text.find("anchor") != text.npos || text.find("alias") != text.npos) {
    report.error(Code::alias_or_anchor, place, "YAML anchors, aliases and merge keys are refused")
        .hint("put text that starts with & or * in quotes");
    return;
  }
  if (text.find("tag") != text.npos || text.find("TAG") != text.npos) {
    report.error(Code::yaml_tag, place, "YAML tags are refused")
        .hint("put text that starts with ! in quotes");
    return;
  }
  if (text.starts_with("unknown escape character") || text.starts_with("bad character found")) {
    report.error(Code::yaml_syntax, place, "an escape that YAML does not know")
        .hint("single quotes take a backslash as it is");
    return;
  }
  if (text.starts_with("invalid unicode")) {
    report.error(Code::yaml_syntax, place, "an escape that names no Unicode character");
    return;
  }
  for (const auto& [theirs, message, hint] : translations) {
    if (text == theirs) {
      report.error(Code::yaml_syntax, place, std::string(message)).hint(std::string(hint));
      return;
    }
  }
  report.error(Code::yaml_syntax, place, concat("not valid YAML: ", text));
}

/// The first `---` or content behind the first document.
Place second_document(const Source& source, std::size_t after) {
  for (std::uint32_t number = source.position(after).line; number <= source.line_count();
       ++number) {
    if (number > 1 && source.line(number).starts_with("---") &&
        source.line_start(number) >= after) {
      return {&source, source.line_start(number), 3};
    }
  }
  return {&source, std::min(after, source.text().size()), 1};
}

/// The furthest place that a tree reaches.
std::size_t last_offset(const Node& node) {
  auto last = node.place.offset;
  for (const auto& item : node.items) last = std::max(last, last_offset(item));
  for (const auto& [key, value] : node.entries) {
    last = std::max({last, key.place.offset, last_offset(value)});
  }
  return last;
}

}  // namespace

const Node* Node::find(std::string_view key) const noexcept {
  for (const auto& entry : entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

std::string_view kind_name(const Node& node) noexcept {
  switch (node.kind) {
    case Node::Kind::bad:
      break;
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::list:
      return "a list";
  }
  return "a bad value";
}

Place part_of(const Node& scalar, std::size_t offset, std::size_t length) {
  const auto& place = scalar.place;
  const auto text = place.source->text();
  for (const std::size_t quote : {0, 1}) {
    const auto start = place.offset + quote;
    if (start <= text.size() && text.substr(start).starts_with(scalar.text)) {
      return {place.source, start + offset, length};
    }
  }
  return place;
}

std::optional<Node> parse_yaml(const Source& source, Report& report) {
  if (!scan_text(source, report)) return std::nullopt;
  std::istringstream in{std::string(source.text())};
  Builder builder(source, report);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) {
      report.error(Code::empty_file, {&source, 0, 1}, "the file holds nothing")
          .hint("a schema starts with `kameo: 1`");
      return std::nullopt;
    }
    auto root = builder.take();
    if (Builder rest(source, report); parser.HandleNextDocument(rest)) {
      report
          .error(Code::several_documents, second_document(source, last_offset(root)),
                 "a second YAML document in one file")
          .hint("put it into a file of its own and import it");
    }
    return root;
  } catch (const YAML::Exception& error) {
    say_syntax_error(source, error, report);
  }
  return std::nullopt;
}

}  // namespace kameo::idl

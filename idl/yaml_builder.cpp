#include "yaml_builder.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"

#include <algorithm>
#include <map>
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

/// The word at `offset` if it spells a null, and nothing longer. As a value it is not followed by a
/// colon: that would be the next key, behind a value that was left out.
std::string_view written_null(std::string_view text, std::size_t offset, bool value) {
  const auto rest = text.substr(std::min(offset, text.size()));
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!rest.starts_with(word)) continue;
    const auto after = rest.substr(word.size(), 1);
    const std::string_view ends = value ? " \t\r\n,]}" : " \t\r\n,]}:";
    if (after.empty() || ends.find(after) != ends.npos) return word;
  }
  return {};
}

}  // namespace

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node = make(Node::Kind::null, mark);
  const bool value = !stack_.empty() && stack_.back().key;
  node.text = written_null(source_.text(), node.place.offset, value);
  node.place.length = std::max<std::size_t>(node.text.size(), 1);
  // The mark of a value that is left out is that of whatever follows: point at its key instead.
  if (node.text.empty() && value) node.place = stack_.back().key->place;
  refuse_anchor(node, anchor);
  add(std::move(node));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t) {
  Node node = make(Node::Kind::bad, mark);
  say_alias(node.place);
  add(std::move(node));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  Node node = make(Node::Kind::scalar, mark);
  node.text = value;
  node.quoted = tag == "!";
  node.place.length = written_length(source_.text(), node.place.offset, value);
  refuse_anchor(node, anchor);
  refuse_tag(node, tag);
  refuse_unclosed(node);
  add(std::move(node));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  open(Node::Kind::list, mark, tag, anchor, style);
}
void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value style) {
  open(Node::Kind::map, mark, tag, anchor, style);
}

Node TreeBuilder::make(Node::Kind kind, const YAML::Mark& mark) const {
  Node node;
  node.kind = kind;
  // yaml-cpp counts bytes, without the byte-order mark: as Source does.
  const auto offset = mark.pos < 0 ? std::size_t{0} : static_cast<std::size_t>(mark.pos);
  node.place = {&source_, std::min(offset, source_.text().size()), 1};
  return node;
}

void TreeBuilder::say_alias(const Place& place) {
  report_.error(Code::alias_or_anchor, place, "YAML anchors, aliases and merge keys are refused")
      .hint("write the value out; a type that is used twice deserves a name");
}
void TreeBuilder::refuse_anchor(Node& node, YAML::anchor_t anchor) {
  if (anchor == YAML::NullAnchor) return;
  say_alias(node.place);
  node.kind = Node::Kind::bad;
}
void TreeBuilder::refuse_tag(Node& node, const std::string& tag) {
  if (tag.empty() || tag == "?" || (tag == "!" && source_.text()[node.place.offset] != '!')) {
    return;
  }
  report_.error(Code::yaml_tag, node.place, "YAML tags are refused")
      .hint("leave the tag out: the place of a value says what it is");
  node.kind = Node::Kind::bad;
}

/// yaml-cpp 0.7 takes the end of the file for a closing quote.
void TreeBuilder::refuse_unclosed(Node& node) {
  const auto text = source_.text();
  const auto at = node.place.offset;
  if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return;
  if (closing_quote(text, at) != std::string_view::npos) return;
  report_.error(Code::yaml_syntax, {&source_, at, 1}, "the quote that opens here is never closed")
      .hint("everything behind it was read as text");
  node.kind = Node::Kind::bad;
}

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor, YAML::EmitterStyle::value style) {
  Level level{make(kind, mark), style == YAML::EmitterStyle::Flow, {}};
  refuse_anchor(level.node, anchor);
  refuse_tag(level.node, tag);
  stack_.push_back(std::move(level));
}

void TreeBuilder::close() {
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
void TreeBuilder::refuse_duplicates(Node& map) {
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

void TreeBuilder::add(Node node) {
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

void TreeBuilder::add_entry(Level& level, Node key, Node value) {
  if (key.is_bad()) return;
  if (!key.is_scalar() && !key.is_null()) {
    report_.error(Code::key_not_a_word, key.place,
                  concat("a key must be a word, not ", kind_name(key)));
    return;
  }
  if (key.text == "<<" && !key.quoted) return say_alias(key.place);
  level.node.entries.push_back({std::move(key), std::move(value)});
}

}  // namespace kameo::idl

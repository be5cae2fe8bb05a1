#include "yaml.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"
#include "yaml_builder.hpp"
#include "yaml_errors.hpp"

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace kameo::idl {
namespace {

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

std::string shown(const Node& node) {
  return node.is_scalar() ? concat("`", excerpt(node.text), "`") : std::string(kind_name(node));
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
  for (const auto quote : {std::size_t{0}, std::size_t{1}}) {
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
  TreeBuilder builder(source, report);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) {
      report.error(Code::empty_file, {&source, 0, 1}, "the file holds nothing")
          .hint("a schema starts with `kameo: 1`");
      return std::nullopt;
    }
    auto root = builder.take();
    if (TreeBuilder rest(source, report); parser.HandleNextDocument(rest)) {
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

#pragma once

#include "yaml.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include <optional>
#include <string>
#include <vector>

namespace kameo::idl {

/// Builds the tree from yaml-cpp's events: the events, other than its nodes, tell of aliases, tags
/// and styles.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, Report& report) : source_(source), report_(report) {}

  /// The document's root; once.
  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Node node;
    bool flow = false;
    std::optional<Node> key;  // of a map, while its value is awaited
  };

  [[nodiscard]] Node make(Node::Kind kind, const YAML::Mark& mark) const;
  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style);
  void close();
  void add(Node node);
  void add_entry(Level& level, Node key, Node value);

  void say_alias(const Place& place);
  void refuse_anchor(Node& node, YAML::anchor_t anchor);
  void refuse_tag(Node& node, const std::string& tag);
  void refuse_unclosed(Node& node);
  void refuse_duplicates(Node& map);

  const Source& source_;
  Report& report_;
  Node root_;
  std::vector<Level> stack_;
};

}  // namespace kameo::idl

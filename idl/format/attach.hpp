#pragma once

#include "format/spans.hpp"

#include <map>
#include <vector>

namespace kameo::idl {

/// The comments of one entry of a map or item of a list.
struct Attached {
  std::vector<Comment> leading;   ///< lines of their own above it
  std::vector<Comment> trailing;  ///< behind its first line
};

/// Which comment belongs to what: those above an entry and those behind it to the entry; those
/// below the last one, as deep as it or deeper, to the end of its map or list.
class Attachments {
 public:
  Attachments(const Node& root, const Spans& spans);

  /// Of an entry by its key, of an item by itself.
  [[nodiscard]] const Attached& of(const Node& key_or_item) const;
  /// Below the last entry of a map or list.
  [[nodiscard]] const std::vector<Comment>& tail(const Node& collection) const;
  /// Whether a flow map or list is written on one line, and so stays there.
  [[nodiscard]] bool on_one_line(const Node& node) const;

 private:
  struct Element {
    const Node* node;
    std::size_t start;
    std::size_t end;
    const Node* value;  // what may hold comments of its own
  };
  [[nodiscard]] std::vector<Element> elements(const Node& collection) const;
  void attach(const Node& collection, std::size_t from, std::size_t limit);
  void attach_trailing(const Comment& comment);
  void find_starts(const Node& collection);

  const Spans& spans_;
  std::vector<bool> taken_;
  std::map<const Node*, Attached> attached_;
  std::map<const Node*, std::vector<Comment>> tails_;
  std::vector<Element> starts_;  // all that has a line of its own, in the order of the source
};

}  // namespace kameo::idl

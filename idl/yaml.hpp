#pragma once

#include <kameo/idl/source.hpp>

#include "report.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

struct Entry;

/// A YAML value with its place. Plain data, so that no pass depends on yaml-cpp.
struct Node {
  enum class Kind : std::uint8_t {
    bad,  ///< has been complained about: passes skip it silently
    null,
    scalar,
    map,
    list,
  };
  Kind kind = Kind::null;
  bool quoted = false;  ///< a scalar in quotes or a block scalar
  std::string text;     ///< a scalar's value; of a null as it is written: `~`, `null` or nothing
  std::vector<Node> items;
  std::vector<Entry> entries;
  /// A scalar with its quotes; of a map or list the first character; of nothing, what it is
  /// missing behind.
  Place place;

  [[nodiscard]] bool is_null() const noexcept { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind == Kind::scalar; }
  [[nodiscard]] bool is_map() const noexcept { return kind == Kind::map; }
  [[nodiscard]] bool is_list() const noexcept { return kind == Kind::list; }
  [[nodiscard]] bool is_bad() const noexcept { return kind == Kind::bad; }

  /// The value of a key; null where there is none or this is no map.
  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
};

struct Entry {
  Node key;  ///< a scalar or a null; others have been complained about and left out
  Node value;
};

/// `a map`, `a list`, `text`, `nothing`: what a node is, for messages.
[[nodiscard]] std::string_view kind_name(const Node& node) noexcept;

/// A value as messages show it: its text, shortened, or what kind it is.
[[nodiscard]] std::string shown(const Node& node);

/// The place of a part of a scalar's text; of all of it where the text is not written as it reads
/// (escapes, several lines).
[[nodiscard]] Place part_of(const Node& scalar, std::size_t offset, std::size_t length);

/// Reads the one document of a file; none where it is unusable. Duplicate keys, aliases, tags and
/// the other traps of YAML are reported and mended, so that the passes can go on.
[[nodiscard]] std::optional<Node> parse_yaml(const Source& source, Report& report);

/// What is looked for before YAML is read at all: bytes that are not UTF-8, control characters,
/// tabs that indent. False where reading on makes no sense.
[[nodiscard]] bool scan_text(const Source& source, Report& report);

/// In flow style YAML cuts `map<string, u32>` at its comma. Finds such pieces in a flow map or
/// list, reports each and joins them, with `;`, as they were meant.
void join_cut_types(Node& flow, Report& report);

}  // namespace kameo::idl

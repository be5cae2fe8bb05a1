#pragma once

#include "yaml.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kameo::idl {

struct Comment {
  std::size_t offset = 0;
  std::uint32_t line = 0;
  std::size_t column = 0;    ///< from 0, in bytes
  bool own_line = false;     ///< nothing but blanks before it
  bool after_blank = false;  ///< an own-line comment with an empty line before it
  std::string text;          ///< from the `#` on
};

/// How far each node of a tree reaches in its source, and what stands between them: comments.
class Spans {
 public:
  Spans(const Source& source, const Node& root);

  /// Behind the last byte of a node, its brackets and quotes included.
  [[nodiscard]] std::size_t end(const Node& node) const { return ends_.at(&node); }
  [[nodiscard]] std::uint32_t line_at(std::size_t offset) const {
    return source_.position(offset).line;
  }
  /// From 0, in bytes.
  [[nodiscard]] std::size_t column_at(std::size_t offset) const {
    return offset - source_.line_start(line_at(offset));
  }
  [[nodiscard]] const std::vector<Comment>& comments() const noexcept { return comments_; }
  [[nodiscard]] bool is_flow(const Node& node) const;
  [[nodiscard]] bool is_block_scalar(const Node& node) const;
  /// Whether the line before the one of `offset` is empty.
  [[nodiscard]] bool blank_before(std::size_t offset) const;

 private:
  std::size_t measure(const Node& node, std::size_t behind);
  [[nodiscard]] std::size_t scalar_end(const Node& node) const;
  [[nodiscard]] std::size_t block_scalar_end(std::size_t offset) const;
  [[nodiscard]] std::size_t closing_bracket(std::size_t from) const;
  void find_comments();

  const Source& source_;
  std::map<const Node*, std::size_t> ends_;
  std::map<std::size_t, std::size_t> scalars_;  // start to end
  std::vector<Comment> comments_;
};

}  // namespace kameo::idl

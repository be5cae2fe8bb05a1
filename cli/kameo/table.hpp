#pragma once

#include <kameo/json/value.hpp>

#include <string>
#include <vector>

namespace kameo::cli {

/// Replies as aligned text: a column for each field, in order of first appearance; numbers to the
/// right, what is nested as JSON, null as `-`. A reply that is no object has the column `reply`.
/// Holds what it is given until `take`.
class Table {
 public:
  void add(const json::Value& reply);
  /// A line of its own, at its place, across the columns.
  void add_note(std::string text);
  [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }
  /// The text of all rows so far, with a heading; the table is empty afterwards.
  [[nodiscard]] std::string take();

 private:
  enum class Content { nothing, number, text };
  struct Cell {
    std::string text;
    Content content = Content::nothing;
  };
  struct Row {
    std::vector<Cell> cells;  ///< as many as there were columns, or fewer
    std::string note;         ///< instead of cells
  };
  [[nodiscard]] std::size_t column(const std::string& name);

  std::vector<std::string> columns_;
  std::vector<Row> rows_;
};

}  // namespace kameo::cli

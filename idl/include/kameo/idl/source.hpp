#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// Where something stands, as editors count: both from 1, columns in Unicode code points (a tab is
/// one).
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;

  friend auto operator<=>(const Position&, const Position&) = default;
};

/// The text of one file and its lines. A byte-order mark at its start is not part of the text.
/// Thread-safety: immutable once made.
class Source {
 public:
  Source(std::string path, std::string text);

  /// As the user named it, or as it was found from an import.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

  /// Of the byte at `offset`; offsets beyond the end are the end.
  [[nodiscard]] Position position(std::size_t offset) const noexcept;
  /// A line without its end; `number` from 1; empty where there is none.
  [[nodiscard]] std::string_view line(std::uint32_t number) const noexcept;
  /// The byte offset at which a line starts.
  [[nodiscard]] std::size_t line_start(std::uint32_t number) const noexcept;
  [[nodiscard]] std::uint32_t line_count() const noexcept {
    return static_cast<std::uint32_t>(line_starts_.size());
  }

 private:
  std::string path_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
};

/// How many code points stand in `text`; each byte that is part of none counts as one.
[[nodiscard]] std::size_t code_points(std::string_view text) noexcept;

/// A stretch of a source. Lives as long as the source.
struct Place {
  const Source* source = nullptr;
  std::size_t offset = 0;  ///< bytes
  std::size_t length = 1;  ///< bytes, within one line

  [[nodiscard]] Position position() const noexcept { return source->position(offset); }
};

}  // namespace kameo::idl

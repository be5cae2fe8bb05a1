#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace kameo::process {

/// Cuts a stream of text into lines. A line beyond the limit is cut into pieces, between characters
/// where it is UTF-8, so that memory stays bounded whatever comes.
class LineSplitter {
 public:
  using Line = std::function<void(std::string_view)>;

  explicit LineSplitter(std::size_t limit = 64 * 1024) : limit_(limit) {}

  /// Calls `line` for each that is complete, without its end (\n or \r\n).
  void feed(std::string_view bytes, const Line& line);
  /// The stream has ended: what is left is a line too.
  void finish(const Line& line);

 private:
  void cut_pieces(const Line& line);

  std::size_t limit_;
  std::string partial_;
};

/// The text with every byte that is no part of a UTF-8 character replaced by U+FFFD.
[[nodiscard]] std::string as_utf8(std::string_view bytes);

}  // namespace kameo::process

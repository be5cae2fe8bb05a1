#include "layout.hpp"

#include "comments.hpp"

namespace kameo::codegen {

std::string call(const std::string& head, const std::vector<std::string>& items,
                 const std::string& tail) {
  constexpr std::size_t columns = 100;
  const auto last_line_start = head.rfind('\n') + 1;  // npos + 1 is 0
  const auto indent = head.size() - last_line_start;

  const auto pack = [&](std::string text, std::size_t left_edge) {
    auto at = text.size() - (text.rfind('\n') + 1);
    bool first_in_line = true;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const bool last = i + 1 == items.size();
      const auto width = items[i].size() + (last ? tail.size() : 1);
      if (!first_in_line && at + 1 + width > columns) {
        text += "\n" + std::string(left_edge, ' ');
        at = left_edge;
        first_in_line = true;
      }
      if (!first_in_line) {
        text += ' ';
        ++at;
      }
      text += items[i];
      at += items[i].size();
      if (!last) {
        text += ',';
        ++at;
      }
      first_in_line = false;
    }
    return text + tail;
  };

  std::size_t widest = 0;
  for (const auto& item : items) widest = std::max(widest, item.size() + tail.size());
  if (indent + widest <= columns) return pack(head, indent);
  const auto margin = head.find_first_not_of(' ', last_line_start) - last_line_start + 4;
  return pack(head + "\n" + std::string(margin, ' '), margin);
}

std::vector<std::string> comment_lines(std::string_view text, std::size_t indent) {
  auto lines = wrap(text, 96 - indent);
  // A comment that ends in a backslash goes on in the next line, and takes the code there with it.
  for (auto& line : lines) {
    if (line.ends_with('\\')) line += '.';
  }
  return lines;
}

}  // namespace kameo::codegen

#include <kameo/idl/explain.hpp>

#include <kameo/concat.hpp>
#include <kameo/idl/lint.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>

#include "example_files.hpp"
#include "suggest.hpp"

#include <algorithm>
#include <charconv>

namespace kameo::idl {
namespace {

std::string wrapped(std::string_view text) {
  constexpr std::size_t widest = 78;
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (column > 0 && column + 1 + word.size() > widest) {
      out += '\n';
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out + '\n';
}

std::string indented(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    out += line.empty() ? "\n" : concat("    ", line, "\n");
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return out;
}

std::string said_about(Code code, std::string_view example) {
  auto files = example_files(example);
  MemoryReader reader;
  for (auto& [name, text] : files) reader.add(name, text);
  const auto& root = files.front().first;
  if (code >= Code::missing_doc) return to_string(lint_file(root, {}, reader).diagnostics);
  return to_string(root.ends_with("pool.yaml") ? load_pool(root, {}, reader).diagnostics
                                               : load_file(root, {}, reader).diagnostics);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> example_files(std::string_view example) {
  std::vector<std::pair<std::string, std::string>> files;
  while (!example.empty()) {
    const auto end = example.find('\n');
    const auto line = example.substr(0, end);
    if (line.starts_with("# ") && line.ends_with(".yaml")) {
      files.emplace_back(line.substr(2), "");
    } else {
      if (files.empty()) files.emplace_back("example.yaml", "");
      files.back().second += concat(line, "\n");
    }
    example.remove_prefix(end == example.npos ? example.size() : end + 1);
  }
  return files;
}

std::optional<Code> find_code(std::string_view spelled) noexcept {
  for (const auto& row : all_codes()) {
    if (row.name == spelled) return row.code;
  }
  if (spelled.starts_with('K') || spelled.starts_with('k')) spelled.remove_prefix(1);
  std::uint16_t number = 0;
  const auto* const end = spelled.data() + spelled.size();
  const auto [stop, error] = std::from_chars(spelled.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  const auto& row = info(static_cast<Code>(number));
  if (static_cast<std::uint16_t>(row.code) != number) return std::nullopt;
  return row.code;
}

std::string nearest_code(std::string_view spelled) {
  std::vector<std::string> names;
  for (const auto& row : all_codes()) names.emplace_back(row.name);
  return nearest(spelled, names);
}

std::string explain(Code code) {
  const auto& row = info(code);
  auto page =
      concat(to_string(code), " ", row.name, ": ", row.title, "\n\n", wrapped(row.explanation));
  const auto example = example_of(code);
  if (example.bad.empty()) return page;
  page += concat("\nWrong:\n\n", indented(example.bad), "\nIt is told as:\n\n",
                 indented(said_about(code, example.bad)), "\nRight:\n\n", indented(example.good));
  return page;
}

}  // namespace kameo::idl

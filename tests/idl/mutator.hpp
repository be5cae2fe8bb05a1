#pragma once

#include "files.hpp"

#include <algorithm>
#include <filesystem>
#include <random>

/// Files changed at random, the same way on every machine.
namespace kameo::idl::test {

/// What tends to matter in YAML and in our own spellings.
inline const std::vector<std::string> pieces{
    "{",       "}",         "[",       "]",     ":",           ": ",           ",",
    "\n",      "\n  ",      "- ",      "\"",    "'",           "&a",           "*a",
    "!!x",     "|",         ">",       "#",     "~",           "\t",           "\r",
    "%",       "@",         "`",       "?",     "? ",          "---",          "...",
    "<<: ",    "<",         ">",       ";",     "\\",          "\xFF",         "\xC3",
    "🦀",      "no",        "null",    "1.10",  "0x",          "*x",           "..",
    "is: ",    "struct: ",  "union: ", "list<", "optional<",   "map<string; ", "fixed<u8; ",
    "{type: ", "default: ", "\x00",    "\x04",  "\xEF\xBB\xBF"};

class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_(seed) {}

  std::string mutate(std::string text, const std::string& other) {
    const auto changes = 1 + below(4);
    for (std::size_t i = 0; i < changes; ++i) change(text, other);
    return text;
  }

  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

 private:
  void change(std::string& text, const std::string& other) {
    const auto at = below(text.size() + 1);
    const auto length = below(20);
    switch (below(7)) {
      case 0:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 3:
        text.insert(at, text.substr(below(text.size() + 1), length));
        break;
      case 4:
        text.insert(line_start(text, at), line(other, below(other.size() + 1)));
        break;
      case 5:
        text.erase(line_start(text, at), line(text, at).size());
        break;
      default:
        text.replace(at, length, pieces[below(pieces.size())]);
        break;
    }
  }

  static std::size_t line_start(const std::string& text, std::size_t at) {
    const auto before = text.rfind('\n', at == 0 ? 0 : at - 1);
    return before == std::string::npos || at == 0 ? 0 : before + 1;
  }
  static std::string line(const std::string& text, std::size_t at) {
    const auto start = line_start(text, at);
    const auto end = text.find('\n', start);
    return text.substr(start, end == std::string::npos ? end : end + 1 - start);
  }

  std::mt19937 random_;
};

struct File {
  std::string name;
  std::string text;
};

/// The YAML files of a folder of these tests, in the order of their names.
inline std::vector<File> corpus(const std::string& folder) {
  std::vector<File> files;
  FolderReader reader(tests_folder + folder);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(tests_folder + folder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());  // the order of a directory is nobody's promise
  for (const auto& name : names) files.push_back({name, reader.read(name).value()});
  return files;
}

}  // namespace kameo::idl::test

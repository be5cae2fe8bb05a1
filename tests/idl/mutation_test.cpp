#include <catch2/catch.hpp>

#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>
#include <kameo/utf8.hpp>

#include "files.hpp"

#include <filesystem>
#include <random>

/// Good and bad files, changed at random: whatever comes in, there is no crash, and every error has
/// a place. A failure names the seed that makes the file again.
namespace kameo::idl::test {
namespace {

namespace fs = std::filesystem;

/// What tends to matter in YAML and in our own spellings.
const std::vector<std::string> pieces{
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

std::vector<File> corpus(const std::string& folder) {
  std::vector<File> files;
  FolderReader reader(tests_folder + folder);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(tests_folder + folder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());  // the order of a directory is nobody's promise
  for (const auto& name : names) files.push_back({name, reader.read(name).value()});
  return files;
}

/// What is wrong with a diagnostic of these files; empty where nothing is.
std::string complaint(const Diagnostic& each, const Source& source) {
  if (each.at.line < 1 || each.at.line > source.line_count()) return "a line that is not there";
  const auto last = code_points(source.line(each.at.line)) + 2;
  if (each.at.column < 1 || each.at.column > last) return "a column that is not there";
  if (each.length < 1) return "no length";
  if (each.message.empty() || each.message.find('\n') != std::string::npos) return "no message";
  return is_utf8(to_string(each)) ? "" : "a text that is no UTF-8";
}

void check_places(const std::vector<Diagnostic>& diagnostics, MemoryReader& reader) {
  std::map<std::string, Source> sources;
  for (const auto& each : diagnostics) {
    auto source = sources.find(each.file);
    if (source == sources.end()) {
      auto text = reader.read(each.file);
      REQUIRE(text);
      source = sources.emplace(each.file, Source(each.file, std::move(*text))).first;
    }
    const auto wrong = complaint(each, source->second);
    if (!wrong.empty()) FAIL(wrong << ":\n" << to_string(each));
  }
}

}  // namespace

TEST_CASE(
    "a file that was changed at random never crashes the checker, and every error has a "
    "place",
    "[idl][mutation]") {
  const auto good_files = corpus("/good");
  const auto bad_files = corpus("/bad");
  REQUIRE(good_files.size() >= 5);
  REQUIRE(bad_files.size() > 30);
  MemoryReader others;
  for (const auto* files : {&good_files, &bad_files}) {
    for (const auto& file : *files) others.add(file.name, file.text);
  }
  for (const auto* name : {"ledger", "trading", "deep", "broken", "first", "second"}) {
    const auto path = std::string("imports/") + name + ".yaml";
    others.add(path, FolderReader(tests_folder + "/bad").read(path).value());
  }
  std::size_t good = 0;
  std::size_t bad = 0;
  for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
    Mutator mutator(seed);
    const auto& files = mutator.below(4) == 0 ? bad_files : good_files;
    const auto& file = files[mutator.below(files.size())];
    const auto& other = bad_files[mutator.below(bad_files.size())];
    const auto text = mutator.mutate(file.text, other.text);
    INFO("seed " << seed << ", " << file.name << ":\n" << text);
    auto reader = others;
    reader.add(file.name, text);
    if (file.name.ends_with("pool.yaml")) {
      const auto loaded = load_pool(file.name, {}, reader);
      REQUIRE(loaded.pool.has_value() == (error_count(loaded.diagnostics) == 0));
      check_places(loaded.diagnostics, reader);
      ++(loaded.pool ? good : bad);
    } else {
      const auto loaded = load_file(file.name, {}, reader);
      REQUIRE(loaded.package.has_value() == (error_count(loaded.diagnostics) == 0));
      check_places(loaded.diagnostics, reader);
      ++(loaded.package ? good : bad);
      // What is called good must be so for the reader of schema bytes too.
      if (loaded.package) REQUIRE(schema::from_bytes(to_bytes(*loaded.package)));
    }
  }
  CHECK(bad > 500);
  CHECK(good > 50);
}

}  // namespace kameo::idl::test

#include <catch2/catch.hpp>

#include <kameo/idl/codes.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>
#include <kameo/schema/type.hpp>

#include "files.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

/// docs/idl.md is the reference: its examples are files that load, its table of codes is the
/// code's.
namespace kameo::idl::test {
namespace {

const std::string page_path = tests_folder + "/../../docs/idl.md";

std::string page() {
  std::ifstream in(page_path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// The examples: blocks of YAML that begin with a comment that names their file.
std::map<std::string, std::string> examples() {
  const std::string text = page();
  const std::string start = "```yaml\n# ";
  std::map<std::string, std::string> files;
  for (auto at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const auto name = at + start.size();
    const auto body = text.find('\n', name) + 1;
    files[text.substr(name, body - 1 - name)] = text.substr(body, text.find("```\n", body) - body);
  }
  return files;
}

std::string table() {
  std::string rows = "| code | name | what it means |\n|---|---|---|\n";
  for (const auto& row : all_codes()) {
    rows += "| " + to_string(row.code) + " | `" + std::string(row.name) + "` | " +
            std::string(row.title) + " |\n";
  }
  return rows;
}

}  // namespace

TEST_CASE("every example of the reference is a file without errors", "[idl][docs]") {
  const auto files = examples();
  CHECK(files.size() >= 9);
  MemoryReader reader(files);
  for (const auto& [name, text] : files) {
    INFO(name);
    if (name.ends_with("pool.yaml")) {
      const auto loaded = load_pool(name, {}, reader);
      CHECK(to_string(loaded.diagnostics).empty());
      CHECK(loaded.pool);
    } else {
      const auto loaded = load_file(name, {}, reader);
      CHECK(to_string(loaded.diagnostics).empty());
      CHECK(loaded.package);
    }
  }
}

TEST_CASE("no block of YAML in the reference goes unchecked", "[idl][docs]") {
  const auto text = page();
  std::size_t blocks = 0;
  for (auto at = text.find("```yaml"); at != std::string::npos; at = text.find("```yaml", at + 1)) {
    ++blocks;
  }
  CHECK(blocks == examples().size());
}

TEST_CASE("the reference names every type word", "[idl][docs]") {
  const auto text = page();
  for (std::size_t i = 0; i + 1 < schema::kind_count; ++i) {
    const std::string word(to_string(static_cast<schema::Kind>(i)));
    INFO(word);
    CHECK((text.find("`" + word + "`") != std::string::npos ||
           text.find("`" + word + "<") != std::string::npos));
  }
}

TEST_CASE("the reference's table of codes is that of the checker", "[idl][docs]") {
  auto text = page();
  const auto start = text.find("| code | name |");
  REQUIRE(start != std::string::npos);
  const auto end = text.find("\n\n", start) + 1;
  if (text.substr(start, end - start) == table()) return;
  if (std::getenv("KAMEO_ACCEPT") != nullptr) {
    text.replace(start, end - start, table());
    std::ofstream(page_path, std::ios::binary) << text;
    return;
  }
  FAIL_CHECK(
      "docs/idl.md has another table of codes than idl/codes.cpp.\n"
      "To write it anew: KAMEO_ACCEPT=1 test_idl '[docs]'");
}

}  // namespace kameo::idl::test

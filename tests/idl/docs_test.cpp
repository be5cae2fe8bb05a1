#include <catch2/catch.hpp>

#include <kameo/idl/codes.hpp>
#include <kameo/idl/keys.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>
#include <kameo/idl/reference.hpp>
#include <kameo/schema/type.hpp>

#include "files.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

/// docs/idl.md is the reference: its examples are files that load, its tables are those of the
/// checker.
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

std::string codes_table() {
  std::string rows = "| code | name | what it means |\n|---|---|---|\n";
  for (const auto& row : all_codes()) {
    rows += "| " + to_string(row.code) + " | `" + std::string(row.name) + "` | " +
            std::string(row.title) + " |\n";
  }
  return rows;
}

/// The tables of the reference, by the name in the comment before each: `<!-- table: handler -->`.
std::map<std::string, std::string> tables() {
  return {{"codes", codes_table()},
          {"kinds", markdown_kinds()},
          {"limits", markdown_limits()},
          {"taken", markdown_taken()},
          {"schema", markdown(Table::schema)},
          {"type", markdown(Table::type)},
          {"field", markdown(Table::field)},
          {"variant", markdown(Table::variant)},
          {"handler", markdown(Table::handler)},
          {"actor", markdown(Table::actor)},
          {"pool", markdown(Table::pool)},
          {"pool_actor", markdown(Table::pool_actor)},
          {"python", markdown(Table::python)},
          {"restart", markdown(Table::restart)},
          {"backoff", markdown(Table::backoff)},
          {"session_limits", markdown(Table::limits)},
          {"batch", markdown(Table::batch)}};
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

TEST_CASE("the tables of the reference are those of the checker", "[idl][docs]") {
  auto text = page();
  bool changed = false;
  for (const auto& [name, table] : tables()) {
    INFO(name);
    const auto mark = "<!-- table: " + name + " -->\n";
    const auto start = text.find(mark) + mark.size();
    REQUIRE(text.find(mark) != std::string::npos);
    const auto end = text.find("\n\n", start) + 1;
    if (text.substr(start, end - start) == table) continue;
    changed = true;
    if (std::getenv("KAMEO_ACCEPT") != nullptr) {
      text.replace(start, end - start, table);
    } else {
      FAIL_CHECK(
          "docs/idl.md has another table than the checker.\n"
          "To write it anew: KAMEO_ACCEPT=1 test_idl '[docs]'");
    }
  }
  if (changed && std::getenv("KAMEO_ACCEPT") != nullptr) {
    std::ofstream(page_path, std::ios::binary) << text;
  }
}

TEST_CASE("the reference's table of types has every kind once", "[idl][docs]") {
  std::vector<schema::Kind> kinds;
  for (const auto& row : kind_rows()) kinds.insert(kinds.end(), row.kinds.begin(), row.kinds.end());
  std::sort(kinds.begin(), kinds.end());
  CHECK(kinds.size() == schema::kind_count);
  CHECK(std::adjacent_find(kinds.begin(), kinds.end()) == kinds.end());
}

TEST_CASE("the checker takes each limit for the types that its table names, and for no others",
          "[idl][docs]") {
  const std::map<schema::Kind, std::string> spelled{{schema::Kind::optional, "optional<bool>"},
                                                    {schema::Kind::list, "list<u8>"},
                                                    {schema::Kind::set, "set<u8>"},
                                                    {schema::Kind::map, "map<u8; u8>"},
                                                    {schema::Kind::fixed_array, "fixed<u8; 2>"},
                                                    {schema::Kind::tuple, "tuple<u8; u8>"},
                                                    {schema::Kind::numeric_array, "array<u8>"},
                                                    {schema::Kind::named, "Other"}};
  for (const auto& row : limit_rows()) {
    for (std::size_t i = 0; i < schema::kind_count; ++i) {
      const auto kind = static_cast<schema::Kind>(i);
      const auto found = spelled.find(kind);
      const auto type = found == spelled.end() ? std::string(to_string(kind)) : found->second;
      std::string value = "1";
      if (kind == schema::Kind::timestamp) value = "2026-11-21T09:30:00Z";
      if (kind == schema::Kind::duration) value = "1s";
      if (row.key == "unique") value = "true";
      const auto schema = "  Other: {enum: [a]}\n  A: {struct: {x: {type: '" + type + "', " +
                          std::string(row.key) + ": " + value + "}}}\n";
      INFO(schema);
      const bool named = std::find(row.kinds.begin(), row.kinds.end(), kind) != row.kinds.end();
      const auto said = codes(load_types(schema).diagnostics);
      const bool refused = std::find(said.begin(), said.end(), "K0401") != said.end();
      CHECK(refused != named);
    }
  }
}

}  // namespace kameo::idl::test

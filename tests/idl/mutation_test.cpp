#include <catch2/catch.hpp>

#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>
#include <kameo/utf8.hpp>

#include "files.hpp"
#include "mutator.hpp"

/// Good and bad files, changed at random: whatever comes in, there is no crash, and every error has
/// a place. A failure names the seed that makes the file again.
namespace kameo::idl::test {
namespace {

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

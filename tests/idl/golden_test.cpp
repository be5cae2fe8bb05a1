#include <catch2/catch.hpp>

#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>

#include "files.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace kameo::idl::test {
namespace {

namespace fs = std::filesystem;

const std::string bad_folder = tests_folder + "/bad";

std::vector<std::string> bad_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(bad_folder)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<Diagnostic> run(const std::string& name) {
  FolderReader reader(bad_folder);
  if (name.ends_with(".pool.yaml")) {
    auto loaded = load_pool(name, {}, reader);
    CHECK_FALSE(loaded.pool);
    return std::move(loaded.diagnostics);
  }
  auto loaded = load_file(name, {}, reader);
  CHECK_FALSE(loaded.package);
  return std::move(loaded.diagnostics);
}

fs::path expected_path(const std::string& name) {
  return fs::path(bad_folder) / fs::path(name).replace_extension(".txt");
}

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

/// The lines that differ, between those that begin and end both.
std::string difference(const std::string& expected, const std::string& got) {
  auto before = lines(expected);
  auto after = lines(got);
  const auto [first_before, first_after] =
      std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  before.erase(before.begin(), first_before);
  after.erase(after.begin(), first_after);
  while (!before.empty() && !after.empty() && before.back() == after.back()) {
    before.pop_back();
    after.pop_back();
  }
  std::string out;
  for (const auto& line : before) out += "- " + line + "\n";
  for (const auto& line : after) out += "+ " + line + "\n";
  return out;
}

}  // namespace

TEST_CASE("each bad file gives exactly the errors that stand beside it", "[idl][golden]") {
  const bool accept = std::getenv("KAMEO_ACCEPT") != nullptr;
  for (const auto& name : bad_files()) {
    const auto got = to_string(run(name));
    const auto path = expected_path(name);
    const auto expected = content(path);
    if (got == expected) continue;
    if (accept) {
      std::ofstream(path, std::ios::binary) << got;
      continue;
    }
    FAIL_CHECK("tests/idl/bad/" << name << " gives other errors than expected:\n"
                                << difference(expected, got)
                                << "If these are right: KAMEO_ACCEPT=1 test_idl '[golden]'");
  }
}

TEST_CASE("every error code has a bad file that shows it", "[idl][golden]") {
  std::set<std::string> shown;
  for (const auto& name : bad_files()) {
    for (const auto& each : run(name)) shown.insert(to_string(each.code));
  }
  for (const auto& row : all_codes()) {
    // 65,536 enum values are made by a test of their own; no file is known that cannot be
    // formatted.
    if (row.code >= Code::missing_doc) break;  // style: tests/idl/lint_test.cpp
    if (row.code == Code::too_many || row.code == Code::cannot_format) continue;
    INFO(row.name);
    CHECK(shown.contains(to_string(row.code)));
  }
}

TEST_CASE("every expected text belongs to a bad file", "[idl][golden]") {
  for (const auto& entry : fs::directory_iterator(bad_folder)) {
    if (entry.path().extension() != ".txt") continue;
    INFO(entry.path().filename());
    CHECK(fs::exists(fs::path(entry.path()).replace_extension(".yaml")));
  }
}

}  // namespace kameo::idl::test

#include <catch2/catch.hpp>

#include <kameo/idl/lint.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>

#include "files.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

namespace kameo::idl::test {
namespace {

namespace fs = std::filesystem;

const std::string bad_folder = tests_folder + "/bad";
const std::string style_folder = tests_folder + "/style";

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
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

std::vector<Diagnostic> run_lint(const std::string& name) {
  FolderReader reader(style_folder);
  return lint_file(name, {}, reader).diagnostics;
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

namespace {

void check_texts(const std::string& folder,
                 const std::function<std::vector<Diagnostic>(const std::string&)>& told) {
  const bool accept = std::getenv("KAMEO_ACCEPT") != nullptr;
  for (const auto& name : files_of(folder)) {
    const auto got = to_string(told(name));
    const auto path = fs::path(folder) / fs::path(name).replace_extension(".txt");
    const auto expected = content(path);
    if (got == expected) continue;
    if (accept) {
      std::ofstream(path, std::ios::binary) << got;
      continue;
    }
    FAIL_CHECK(path << " is not what is told:\n"
                    << difference(expected, got)
                    << "If this is right: KAMEO_ACCEPT=1 test_idl '[golden]'");
  }
}

}  // namespace

TEST_CASE("each bad file gives exactly the errors that stand beside it", "[idl][golden]") {
  check_texts(bad_folder, run);
}

TEST_CASE("each file of doubtful style gives exactly the warnings that stand beside it",
          "[idl][golden][lint]") {
  check_texts(style_folder, run_lint);
}

TEST_CASE("every code has a file that shows it", "[idl][golden]") {
  std::set<std::string> shown;
  for (const auto& name : files_of(bad_folder)) {
    for (const auto& each : run(name)) shown.insert(to_string(each.code));
  }
  for (const auto& name : files_of(style_folder)) {
    for (const auto& each : run_lint(name)) shown.insert(to_string(each.code));
  }
  for (const auto& row : all_codes()) {
    // 65,536 enum values are made by a test of their own; no file is known that cannot be
    // formatted.
    if (row.code == Code::too_many || row.code == Code::cannot_format) continue;
    INFO(row.name);
    CHECK(shown.contains(to_string(row.code)));
  }
}

TEST_CASE("every expected text belongs to a file", "[idl][golden]") {
  for (const auto& folder : {bad_folder, style_folder}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".txt") continue;
      INFO(entry.path());
      CHECK(fs::exists(fs::path(entry.path()).replace_extension(".yaml")));
    }
  }
}

}  // namespace kameo::idl::test

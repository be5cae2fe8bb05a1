#pragma once

#include <kameo/idl/load.hpp>
#include <kameo/idl/pool.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

/// The vocabulary of these tests: files in memory or in a folder, and what a run over them says.
namespace kameo::idl::test {

/// The files of one folder, named relative to it: so expected texts hold no path of a machine.
class FolderReader final : public FileReader {
 public:
  explicit FolderReader(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] Result<std::string> read(const std::string& path) override {
    return disk_.read(folder_ + "/" + path);
  }

 private:
  std::string folder_;
  DiskReader disk_;
};

inline const std::string tests_folder = KAMEO_IDL_TESTS;

inline Loaded load_text(std::string text) {
  MemoryReader reader;
  reader.add("a.yaml", std::move(text));
  return load_file("a.yaml", {}, reader);
}

/// A schema whose types are these lines.
inline Loaded load_types(const std::string& lines) {
  return load_text("kameo: 1\npackage: a\ntypes:\n" + lines);
}

/// The codes of the errors, in order.
inline std::vector<std::string> codes(const std::vector<Diagnostic>& diagnostics) {
  std::vector<std::string> all;
  for (const auto& each : diagnostics) all.push_back(to_string(each.code));
  return all;
}

}  // namespace kameo::idl::test

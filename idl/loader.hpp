#pragma once

#include <kameo/idl/load.hpp>

#include "draft.hpp"
#include "report.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kameo::idl {

/// Reads schema files with all that they import, each once, imports before importers.
class Loader {
 public:
  Loader(const std::vector<std::string>& include_dirs, FileReader& reader, Report& report)
      : include_dirs_(include_dirs), reader_(reader), report_(report) {}

  /// A file named by the user, not by another file. `named_at` is where: the command line has no
  /// place, and an error stands at the start of the file itself.
  void load_root(const std::string& path, const Place* named_at = nullptr);

  [[nodiscard]] const std::vector<LoadedFile>& files() const noexcept { return files_; }
  /// Every file that was read, in the order of reading.
  [[nodiscard]] const std::vector<std::string>& read() const noexcept { return read_; }

 private:
  std::optional<std::uint32_t> load(const std::string& path, std::string text);
  std::optional<std::uint32_t> load_import(const LoadedFile& importer, const Name& name);
  void say_cycle(const std::string& path, const Name& name);

  const std::vector<std::string>& include_dirs_;
  FileReader& reader_;
  Report& report_;
  std::vector<LoadedFile> files_;
  std::map<std::string, std::uint32_t> loaded_;  // by normal path
  std::vector<std::string> loading_;             // the chain of imports that is being followed
  std::vector<std::string> read_;
  /// Sources that are no usable file, but that diagnostics point into.
  std::vector<std::unique_ptr<Source>> others_;
};

/// Everything behind the reading: none where there are errors.
[[nodiscard]] std::optional<Draft> build_draft(const std::vector<LoadedFile>& files,
                                               Report& report);

}  // namespace kameo::idl

#pragma once

#include <kameo/idl/diagnostic.hpp>
#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kameo::idl {

/// Where files come from, so that tests, fuzzers and editors need no disk.
class FileReader {
 public:
  virtual ~FileReader() = default;
  /// The file's bytes. Fails with `not_found` where there is none, with `system` for other reasons.
  [[nodiscard]] virtual Result<std::string> read(const std::string& path) = 0;
};

/// Files of this machine. Refuses directories and what is larger than 16 MiB.
class DiskReader final : public FileReader {
 public:
  [[nodiscard]] Result<std::string> read(const std::string& path) override;
};

/// Files that stand in a map, by path.
class MemoryReader final : public FileReader {
 public:
  MemoryReader() = default;
  explicit MemoryReader(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  void add(std::string path, std::string text) { files_[std::move(path)] = std::move(text); }
  [[nodiscard]] Result<std::string> read(const std::string& path) override;

 private:
  std::map<std::string, std::string> files_;
};

/// What a run over schema files gave.
struct Loaded {
  /// There exactly when no diagnostic is an error.
  std::optional<schema::Package> package;
  /// Errors and warnings of the whole run, sorted.
  std::vector<Diagnostic> diagnostics;
  /// Every file that was read, in the order of reading: for dependency files.
  std::vector<std::string> files;
};

/// Reads an IDL file and all that it imports. An import is looked for beside the importing file,
/// then in `include_dirs`, in order. Whatever the files hold: no exception, and every error has a
/// place. Thread-safety: as `reader`'s; keeps no state between calls.
[[nodiscard]] Loaded load_file(const std::string& path,
                               const std::vector<std::string>& include_dirs, FileReader& reader);

/// The same for several roots in one package, whose name is that of the last; a file that another
/// one imports counts once.
[[nodiscard]] Loaded load_files(const std::vector<std::string>& paths,
                                const std::vector<std::string>& include_dirs, FileReader& reader);

}  // namespace kameo::idl

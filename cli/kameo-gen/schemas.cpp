#include "commands.hpp"

#include <kameo/idl/load.hpp>

#include <algorithm>
#include <iostream>

namespace kameo::gen {
namespace {

template <class T>
void append_new(std::vector<T>& all, const std::vector<T>& more) {
  for (const auto& one : more) {
    if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  }
}

std::string counted(std::size_t n, std::string_view what) {
  return concat(n, " ", what, n == 1 ? "" : "s");
}

}  // namespace

Schemas load_schemas(const Input& input) {
  Schemas schemas;
  idl::DiskReader disk;
  std::vector<idl::Diagnostic> diagnostics;
  for (const auto& path : input.schemas) {
    if (const auto readable = disk.read(path); !readable) {
      std::cerr << "kameo-gen: " << path << ": " << readable.error().message() << '\n';
      schemas.exit_code = no_file;
      continue;
    }
    auto loaded = idl::load_file(path, input.import_dirs, disk);
    append_new(diagnostics, loaded.diagnostics);  // one import may be wrong for several schemas
    append_new(schemas.files, loaded.files);
    if (loaded.package) schemas.packages.push_back(std::move(*loaded.package));
  }
  std::cerr << idl::to_string(diagnostics, input.colour);
  if (const auto errors = idl::error_count(diagnostics); errors > 0) {
    std::cerr << counted(errors, "error") << " in " << counted(input.schemas.size(), "schema")
              << '\n';
    if (schemas.exit_code == ok) schemas.exit_code = bad_input;
  }
  return schemas;
}

}  // namespace kameo::gen

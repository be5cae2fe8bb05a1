#include "commands.hpp"

#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

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

}  // namespace

void add_options(CLI::App& command, Input& input) {
  command.add_option("schema", input.schemas, "IDL files")->required()->type_name("FILE");
  command
      .add_option("--import-dir,-I", input.import_dirs,
                  "Where imports are looked for, after the folder of the importing file")
      ->type_name("DIR")
      ->allow_extra_args(false);
  add_options(command, input.telling);
}

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
  if (!diagnostics.empty()) tell(input.telling, diagnostics, input.schemas.size());
  if (idl::error_count(diagnostics) > 0 && schemas.exit_code == ok) schemas.exit_code = found;
  return schemas;
}

}  // namespace kameo::gen

#pragma once

#include "commands.hpp"

#include <kameo/codegen/generate.hpp>

namespace kameo::gen {

/// Where generated code goes; an empty folder: none wanted.
struct OutputFolders {
  std::string cpp;
  std::string python;
};
/// `--cpp-out` and `--python-out`.
void add_options(CLI::App& command, OutputFolders& folders);
/// Throws CLI::RequiredError where neither is given.
void require_one(const OutputFolders& folders);

/// All files for the schemas, per folder.
struct Generated {
  std::vector<codegen::OutputFile> cpp;
  std::vector<codegen::OutputFile> python;
};
[[nodiscard]] Result<Generated> generate_all(const std::vector<schema::Package>& packages,
                                             const OutputFolders& folders);

}  // namespace kameo::gen

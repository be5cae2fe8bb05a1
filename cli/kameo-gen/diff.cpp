#include "output.hpp"
#include "unified_diff.hpp"

#include <kameo/concat.hpp>
#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  Input input;
  OutputFolders folders;
};

/// What is in the folder against what would be written there; a file that is not there is empty.
ExitCode compare(const std::string& folder, const std::vector<codegen::OutputFile>& files) {
  auto code = ok;
  for (const auto& file : files) {
    const auto path = concat(folder, "/", file.path);
    const auto present = idl::DiskReader().read(path);
    if (!present && present.error().code() != errc::not_found) return report(present.error());
    if (present && *present == file.text) continue;
    std::cout << unified_diff(present ? *present : std::string(), file.text,
                              present ? path : "/dev/null", path);
    if (!present && file.text.empty()) std::cout << "+++ " << path << " (empty)\n";
    code = found;
  }
  return code;
}

ExitCode diff(const Options& options) {
  const auto schemas = load_schemas(options.input);
  if (schemas.exit_code != ok) return schemas.exit_code;
  const auto files = generate_all(schemas.packages, options.folders);
  if (!files) return report(files.error());
  const auto cpp = compare(options.folders.cpp, files->cpp);
  const auto python = compare(options.folders.python, files->python);
  return cpp == ok ? python : cpp;
}

}  // namespace

void add_diff(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand(
      "diff", "Show what `generate` would change; 1 if anything: generated code is not current");
  const auto options = std::make_shared<Options>();
  add_options(*command, options->input);
  add_options(*command, options->folders);
  command->callback([options, &run] {
    require_one(options->folders);
    run = [options] { return diff(*options); };
  });
}

}  // namespace kameo::gen

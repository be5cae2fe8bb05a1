#include "commands.hpp"

#include <kameo/idl/explain.hpp>
#include <kameo/idl/lint.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  Input input;
  std::vector<std::string> off;
};

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (const auto code : idl::lint_rules()) names.emplace_back(idl::info(code).name);
  return names;
}

ExitCode lint(const Options& options) {
  std::vector<idl::Code> off;
  for (const auto& name : options.off) off.push_back(*idl::find_code(name));
  idl::DiskReader disk;
  std::vector<idl::Diagnostic> findings;
  auto code = ok;
  for (const auto& path : options.input.schemas) {
    if (const auto readable = disk.read(path); !readable) {
      std::cerr << "kameo-gen: " << path << ": " << readable.error().message() << '\n';
      code = no_file;
      continue;
    }
    for (auto& each : idl::lint_file(path, options.input.import_dirs, disk, off).diagnostics) {
      if (std::find(findings.begin(), findings.end(), each) == findings.end()) {
        findings.push_back(std::move(each));
      }
    }
  }
  tell(options.input.telling, findings, options.input.schemas.size());
  return code == ok && !findings.empty() ? found : code;
}

}  // namespace

void add_lint(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("lint", "Name what breaks the rules of style; 1 if anything");
  const auto options = std::make_shared<Options>();
  add_options(*command, options->input);
  command
      ->add_option("--off", options->off,
                   "A rule that is not looked at (several times: each); `# lint: off rule` behind "
                   "a line is for that line")
      ->check(CLI::IsMember(rule_names()))
      ->type_name("RULE")
      ->allow_extra_args(false);
  command->callback([options, &run] { run = [options] { return lint(*options); }; });
}

}  // namespace kameo::gen

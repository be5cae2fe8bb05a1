#include "commands.hpp"

#include <kameo/codegen/writer.hpp>
#include <kameo/concat.hpp>
#include <kameo/idl/format.hpp>
#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>
#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  std::vector<std::string> files;
  bool check = false;
  Telling telling;
};

ExitCode format_stdin(const Options& options) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const auto done = idl::format("<stdin>", text);
  if (!done.text) {
    tell(options.telling, done.diagnostics, 1);
    return found;
  }
  if (!options.check) std::cout << *done.text;
  return options.check && *done.text != text ? found : ok;
}

ExitCode format(const Options& options) {
  if (options.files == std::vector<std::string>{"-"}) return format_stdin(options);
  auto code = ok;
  std::vector<idl::Diagnostic> diagnostics;
  for (const auto& path : options.files) {
    const auto text = idl::DiskReader().read(path);
    if (!text) {
      std::cerr << "kameo-gen: " << path << ": " << text.error().message() << '\n';
      code = no_file;
      continue;
    }
    const auto done = idl::format(path, *text);
    diagnostics.insert(diagnostics.end(), done.diagnostics.begin(), done.diagnostics.end());
    if (!done.text || *done.text == *text) continue;
    std::cout << path << '\n';
    if (options.check) {
      if (code == ok) code = found;
    } else if (const auto written = codegen::write_file(path, *done.text); !written) {
      code = report(written.error());
    }
  }
  if (!diagnostics.empty()) {
    tell(options.telling, diagnostics, options.files.size());
    if (code == ok) code = found;
  }
  return code;
}

}  // namespace

void add_format(CLI::App& app, Run& run) {
  auto* command =
      app.add_subcommand("format", "Put schema and pool files into kameo's style, in place");
  const auto options = std::make_shared<Options>();
  command
      ->add_option("file", options->files,
                   "Schema or pool files; each that changes is named. - reads stdin, writes stdout")
      ->required()
      ->type_name("FILE");
  command->add_flag("--check", options->check, "Change nothing; 1 if a file would change");
  add_options(*command, options->telling);
  command->callback([options, &run] { run = [options] { return format(*options); }; });
}

}  // namespace kameo::gen

#include "commands.hpp"

#include <kameo/codegen/project.hpp>
#include <kameo/codegen/writer.hpp>
#include <kameo/concat.hpp>
#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>
#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  std::string name;
  std::string folder;
  bool python_only = false;
};

/// Why the name cannot be that of a package, as the checker says it; empty where it can.
std::string complaint(const std::string& name) {
  idl::MemoryReader reader;
  reader.add("a.yaml", concat("kameo: 1\npackage: \"", name, "\"\n"));
  const auto loaded = idl::load_file("a.yaml", {}, reader);
  if (loaded.package && name.find('.') != name.npos) return "a project's name has no dots";
  if (loaded.package) return {};
  const auto& first = loaded.diagnostics.front();
  return first.hint.empty() ? first.message : concat(first.message, "; ", first.hint);
}

ExitCode new_project(const Options& options) {
  if (const auto why = complaint(options.name); !why.empty()) {
    std::cerr << "kameo-gen: " << why << '\n';
    return usage;
  }
  const std::filesystem::path folder = options.folder.empty() ? options.name : options.folder;
  std::error_code none;
  if (std::filesystem::exists(folder, none) && !std::filesystem::is_empty(folder, none)) {
    std::cerr << "kameo-gen: " << folder.string() << " is there and not empty\n";
    return no_file;
  }
  const auto kind =
      options.python_only ? codegen::ProjectKind::python_only : codegen::ProjectKind::cpp;
  auto files = codegen::new_project(options.name, kind);
  if (!files) return report(files.error());
  if (options.python_only) {  // no build will write it
    idl::MemoryReader reader;
    const auto schema = concat(options.name, ".kameo.yaml");
    reader.add(schema, files->front().text);
    const auto loaded = idl::load_file(schema, {}, reader);
    if (!loaded.package) return report(fail(errc::internal, to_string(loaded.diagnostics)));
    const auto python = codegen::generate_python(std::vector{*loaded.package});
    if (!python) return report(python.error());
    files->insert(files->end(), python->begin(), python->end());
  }
  if (const auto done = codegen::write_files(folder, *files); !done) return report(done.error());
  std::cout << folder.string() << ": its README.md says how it is "
            << (options.python_only ? "run" : "built and run") << '\n';
  return ok;
}

}  // namespace

void add_new(CLI::App& app, Run& run) {
  auto* command =
      app.add_subcommand("new", "Write a small project that works at once: schema, handler, tests");
  const auto options = std::make_shared<Options>();
  command->add_option("name", options->name, "Of the project and its package: snake_case")
      ->required()
      ->type_name("NAME");
  command->add_option("--folder", options->folder, "Where; else a folder of that name")
      ->type_name("DIR");
  command->add_flag("--python-only", options->python_only,
                    "Without C++: a pool file for `kameo run`");
  command->callback([options, &run] { run = [options] { return new_project(*options); }; });
}

}  // namespace kameo::gen

#include "folder_lock.hpp"
#include "output.hpp"

#include <kameo/codegen/writer.hpp>
#include <kameo/concat.hpp>

#include <CLI/CLI.hpp>

#include <memory>
#include <optional>

namespace kameo::gen {
namespace {

struct Options {
  Input input;
  OutputFolders folders;
  std::string depfile;  // empty: none wanted
  std::string depfile_target;
};

std::string first_output(const Options& options, const Generated& files) {
  if (!options.depfile_target.empty()) return options.depfile_target;
  if (!files.cpp.empty()) return concat(options.folders.cpp, "/", files.cpp.front().path);
  return concat(options.folders.python, "/kameo/__init__.py");
}

ExitCode generate(const Options& options) {
  const auto schemas = load_schemas(options.input);
  if (schemas.exit_code != ok) return schemas.exit_code;

  // Another run may be writing the same Python package.
  std::optional<FolderLock> lock;
  if (!options.folders.python.empty()) {
    auto taken = FolderLock::take(options.folders.python);
    if (!taken) return report(taken.error());
    lock.emplace(std::move(*taken));
  }
  // All is made before anything is written: an error leaves what was there.
  const auto files = generate_all(schemas.packages, options.folders);
  if (!files) return report(files.error());
  if (const auto done = codegen::write_files(options.folders.cpp, files->cpp); !done) {
    return report(done.error());
  }
  if (const auto done = codegen::write_files(options.folders.python, files->python); !done) {
    return report(done.error());
  }
  if (!options.depfile.empty()) {
    const auto text = codegen::depfile_text(first_output(options, *files), schemas.files);
    if (const auto done = codegen::write_file(options.depfile, text); !done) {
      return report(done.error());
    }
  }
  tell(options.input.telling, {}, options.input.schemas.size());  // that there are no errors
  return ok;
}

}  // namespace

void add_generate(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("generate", "Write code for the schemas");
  const auto options = std::make_shared<Options>();
  add_options(*command, options->input);
  add_options(*command, options->folders);
  command->add_option("--depfile", options->depfile, "Write what was read, for make and ninja")
      ->type_name("FILE");
  command
      ->add_option("--depfile-target", options->depfile_target,
                   "The target that the depfile names; else the first file written")
      ->type_name("FILE");
  command->callback([options, &run] {
    require_one(options->folders);
    run = [options] { return generate(*options); };
  });
}

}  // namespace kameo::gen

#include "commands.hpp"

#include <kameo/codegen/generate.hpp>
#include <kameo/codegen/writer.hpp>

#include <CLI/CLI.hpp>

#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  Input input;
  std::string cpp_out;     // empty: none wanted
  std::string python_out;  // empty: none wanted
  std::string depfile;     // empty: none wanted
  std::string depfile_target;
};

std::string first_output(const Options& options, const std::vector<codegen::OutputFile>& cpp) {
  if (!options.depfile_target.empty()) return options.depfile_target;
  if (!cpp.empty()) return concat(options.cpp_out, "/", cpp.front().path);
  return concat(options.python_out, "/kameo/__init__.py");
}

ExitCode generate(const Options& options) {
  const auto schemas = load_schemas(options.input);
  if (schemas.exit_code != ok) return schemas.exit_code;

  // All is made before anything is written: an error leaves what was there.
  std::vector<codegen::OutputFile> cpp;
  std::vector<codegen::OutputFile> python;
  if (!options.cpp_out.empty()) {
    for (const auto& package : schemas.packages) {
      auto files = codegen::generate_cpp(package);
      if (!files) return report(files.error());
      cpp.insert(cpp.end(), files->begin(), files->end());
    }
  }
  if (!options.python_out.empty()) {
    auto files = codegen::generate_python(schemas.packages);
    if (!files) return report(files.error());
    python = std::move(*files);
  }

  if (const auto done = codegen::write_files(options.cpp_out, cpp); !done) {
    return report(done.error());
  }
  if (const auto done = codegen::write_files(options.python_out, python); !done) {
    return report(done.error());
  }
  if (!options.depfile.empty()) {
    const auto text = codegen::depfile_text(first_output(options, cpp), schemas.files);
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
  command->add_option("--cpp-out", options->cpp_out, "Folder for C++; the include path of it")
      ->type_name("DIR");
  command->add_option("--python-out", options->python_out, "Folder for the Python package `kameo`")
      ->type_name("DIR");
  command->add_option("--depfile", options->depfile, "Write what was read, for make and ninja")
      ->type_name("FILE");
  command
      ->add_option("--depfile-target", options->depfile_target,
                   "The target that the depfile names; else the first file written")
      ->type_name("FILE");
  command->callback([options, &run] {
    if (options->cpp_out.empty() && options->python_out.empty()) {
      throw CLI::RequiredError("--cpp-out or --python-out");
    }
    run = [options] { return generate(*options); };
  });
}

}  // namespace kameo::gen

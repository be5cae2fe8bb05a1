#include "commands.hpp"

#include <kameo/codegen/generate.hpp>
#include <kameo/codegen/writer.hpp>

#include <iostream>

namespace kameo::gen {
namespace {

/// Says why not, and how the process ends for it.
ExitCode report(const Error& error) {
  std::cerr << "kameo-gen: " << error.message() << '\n';
  return error.code() == errc::system ? no_file : bad_input;
}

std::string first_output(const GenerateOptions& options,
                         const std::vector<codegen::OutputFile>& cpp) {
  if (!options.depfile_target.empty()) return options.depfile_target;
  if (!cpp.empty()) return concat(options.cpp_out, "/", cpp.front().path);
  return concat(options.python_out, "/kameo/__init__.py");
}

}  // namespace

ExitCode generate(const GenerateOptions& options) {
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
  return ok;
}

}  // namespace kameo::gen

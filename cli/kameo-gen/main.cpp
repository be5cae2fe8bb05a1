#include "commands.hpp"

#include <kameo/codegen/generate.hpp>

#include <CLI/CLI.hpp>

#include <unistd.h>
#include <cstdlib>
#include <iostream>

namespace {

constexpr auto examples = R"(
Examples:
  kameo-gen check trading.kameo.yaml
  kameo-gen generate trading.kameo.yaml --cpp-out build/gen --python-out python
  kameo-gen generate a.kameo.yaml b.kameo.yaml --import-dir schemas --cpp-out build/gen

Exit codes: 0 done, 1 errors in a schema, 2 wrong usage, 3 a file could not be read or written.
)";

bool wants_colour(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: any value but empty
  return (no_color == nullptr || *no_color == '\0') && ::isatty(STDERR_FILENO) == 1;
}

void add_input(CLI::App& command, kameo::gen::Input& input, std::string& colour) {
  command.add_option("schema", input.schemas, "IDL files")->required()->type_name("FILE");
  command
      .add_option("--import-dir,-I", input.import_dirs,
                  "Where imports are looked for, after the folder of the importing file")
      ->type_name("DIR")
      ->allow_extra_args(false);
  command.add_option("--color", colour, "Colours in errors: auto, always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checks kameo's IDL files and writes C++ and Python for them.", "kameo-gen"};
  app.footer(examples);
  app.set_version_flag("--version", "kameo-gen " + std::string(kameo::codegen::version()));
  app.require_subcommand(1);
  std::string colour = "auto";

  kameo::gen::Input checked;
  auto* check = app.add_subcommand("check", "Report every error of the schemas");
  add_input(*check, checked, colour);

  kameo::gen::GenerateOptions options;
  auto* generate = app.add_subcommand("generate", "Write code for the schemas");
  add_input(*generate, options.input, colour);
  generate->add_option("--cpp-out", options.cpp_out, "Folder for C++; the include path of it")
      ->type_name("DIR");
  generate->add_option("--python-out", options.python_out, "Folder for the Python package `kameo`")
      ->type_name("DIR");
  generate->add_option("--depfile", options.depfile, "Write what was read, for make and ninja")
      ->type_name("FILE");
  generate
      ->add_option("--depfile-target", options.depfile_target,
                   "The target that the depfile names; else the first file written")
      ->type_name("FILE");
  generate->footer(examples);
  check->footer(examples);

  try {
    app.parse(argc, argv);
    if (*generate && options.cpp_out.empty() && options.python_out.empty()) {
      throw CLI::RequiredError("--cpp-out or --python-out");
    }
  } catch (const CLI::ParseError& error) {
    const bool asked_for = error.get_exit_code() == 0;  // --help, --version
    const int code = app.exit(error);
    return asked_for ? code : kameo::gen::usage;
  }

  checked.colour = options.input.colour = wants_colour(colour);
  return *generate ? kameo::gen::generate(options) : kameo::gen::check(checked);
}

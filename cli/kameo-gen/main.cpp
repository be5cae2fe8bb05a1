#include "commands.hpp"

#include <kameo/codegen/generate.hpp>

#include <CLI/CLI.hpp>

namespace {

constexpr auto examples = R"(
Examples:
  kameo-gen check trading.kameo.yaml
  kameo-gen generate trading.kameo.yaml --cpp-out build/gen --python-out python
  kameo-gen generate a.kameo.yaml b.kameo.yaml --import-dir schemas --cpp-out build/gen
  kameo-gen diff trading.kameo.yaml --python-out python
  kameo-gen breaking trading.kameo.yaml --against main
  kameo-gen docs trading.kameo.yaml --output trading.html
  kameo-gen new shop --python-only
  kameo-gen explain K0204

Exit codes: 0 done, 1 errors in a schema or something found (changes, findings, stale code),
2 wrong usage, 3 a file could not be read or written.
)";

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checks kameo's IDL files and writes C++ and Python for them.", "kameo-gen"};
  app.footer(examples);
  app.set_version_flag("--version", "kameo-gen " + std::string(kameo::codegen::version()));
  app.require_subcommand(1);

  kameo::gen::Run run;
  kameo::gen::add_generate(app, run);
  kameo::gen::add_check(app, run);
  kameo::gen::add_lint(app, run);
  kameo::gen::add_format(app, run);
  kameo::gen::add_diff(app, run);
  kameo::gen::add_breaking(app, run);
  kameo::gen::add_docs(app, run);
  kameo::gen::add_explain(app, run);
  kameo::gen::add_new(app, run);
  kameo::gen::add_schema(app, run);
  kameo::gen::add_completion(app, run);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for = error.get_exit_code() == 0;  // --help, --version
    const int code = app.exit(error);
    return asked_for ? code : kameo::gen::usage;
  }
  return run();
}

#include "commands.hpp"

#include <kameo/codegen/generate.hpp>

#include <CLI/CLI.hpp>

#include <memory>

namespace kameo::gen {
namespace {

ExitCode check(const Input& input) {
  const auto schemas = load_schemas(input);
  if (schemas.exit_code != ok) return schemas.exit_code;
  // Two names that meet only in generated code are an error of the schema too.
  for (const auto& package : schemas.packages) {
    if (const auto code = codegen::generate_cpp(package); !code) return report(code.error());
  }
  const auto code = codegen::generate_python(schemas.packages);
  if (!code) return report(code.error());
  tell(input.telling, {}, input.schemas.size());  // that there are none, to programs
  return ok;
}

}  // namespace

void add_check(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("check", "Report every error of the schemas");
  const auto input = std::make_shared<Input>();
  add_options(*command, *input);
  command->callback([input, &run] { run = [input] { return check(*input); }; });
}

}  // namespace kameo::gen

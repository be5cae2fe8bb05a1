#include "commands.hpp"

#include <kameo/codegen/generate.hpp>

#include <iostream>

namespace kameo::gen {

ExitCode check(const Input& input) {
  const auto schemas = load_schemas(input);
  if (schemas.exit_code != ok) return schemas.exit_code;
  // Two names that meet only in generated code are an error of the schema too.
  for (const auto& package : schemas.packages) {
    if (const auto code = codegen::generate_cpp(package); !code) {
      std::cerr << "kameo-gen: " << code.error().message() << '\n';
      return bad_input;
    }
  }
  if (const auto code = codegen::generate_python(schemas.packages); !code) {
    std::cerr << "kameo-gen: " << code.error().message() << '\n';
    return bad_input;
  }
  return ok;
}

}  // namespace kameo::gen

#include "commands.hpp"

#include <kameo/codegen/generate.hpp>
#include <kameo/concat.hpp>
#include <kameo/idl/formats.hpp>

#include <CLI/CLI.hpp>

#include <unistd.h>
#include <cstdlib>
#include <iostream>

namespace kameo::gen {
namespace {

bool wants_colour(const std::string& choice) {
  if (choice != "auto") return choice == "always";
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org: any value but empty
  return (no_color == nullptr || *no_color == '\0') && ::isatty(STDERR_FILENO) == 1;
}

std::string counted(std::size_t n, std::string_view what) {
  return concat(n, " ", what, n == 1 ? "" : "s");
}

}  // namespace

void add_options(CLI::App& command, Telling& telling) {
  command
      .add_option("--format", telling.format,
                  "How errors are told: text on stderr; json or sarif on stdout")
      ->check(CLI::IsMember({"text", "json", "sarif"}))
      ->type_name("FORMAT");
  command
      .add_option("--color", telling.colour,
                  "Colours in errors: auto (a terminal, NO_COLOR not set), always, never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
}

void tell(const Telling& telling, const std::vector<idl::Diagnostic>& diagnostics,
          std::size_t schemas) {
  if (telling.format == "json") {
    std::cout << idl::to_json(diagnostics);
  } else if (telling.format == "sarif") {
    std::cout << idl::to_sarif(diagnostics, codegen::version());
  } else {
    std::cerr << idl::to_string(diagnostics, wants_colour(telling.colour));
    const auto errors = idl::error_count(diagnostics);
    const auto count =
        errors > 0 ? counted(errors, "error") : counted(diagnostics.size(), "warning");
    if (!diagnostics.empty()) {
      std::cerr << count << " in " << counted(schemas, "schema") << '\n';
    }
  }
}

ExitCode report(const Error& error) {
  std::cerr << "kameo-gen: " << error.message() << '\n';
  return error.code() == errc::system ? no_file : found;
}

}  // namespace kameo::gen

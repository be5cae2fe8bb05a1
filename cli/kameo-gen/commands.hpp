#pragma once

#include <kameo/idl/diagnostic.hpp>
#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace kameo::gen {

/// What the process ends with; `kameo-gen --help` lists them.
enum ExitCode : int {
  ok = 0,
  found = 1,  ///< errors in a schema, or what the command looks for: changes, findings, stale code
  usage = 2,  ///< the command line makes no sense
  no_file = 3,  ///< a file could not be read or written
};

/// What the chosen command does, set while the command line is read.
using Run = std::function<ExitCode()>;

// One function per command, each in the file of its name: adds the command to the program.
void add_breaking(CLI::App& app, Run& run);
void add_check(CLI::App& app, Run& run);
void add_completion(CLI::App& app, Run& run);
void add_diff(CLI::App& app, Run& run);
void add_docs(CLI::App& app, Run& run);
void add_explain(CLI::App& app, Run& run);
void add_format(CLI::App& app, Run& run);
void add_generate(CLI::App& app, Run& run);
void add_lint(CLI::App& app, Run& run);
void add_new(CLI::App& app, Run& run);
void add_schema(CLI::App& app, Run& run);

/// How diagnostics are told.
struct Telling {
  std::string format = "text";  ///< text on stderr; json or sarif on stdout
  std::string colour = "auto";
};
void add_options(CLI::App& command, Telling& telling);
/// Tells them all, and how many errors there are.
void tell(const Telling& telling, const std::vector<idl::Diagnostic>& diagnostics,
          std::size_t schemas);

/// What all commands take that read schemas.
struct Input {
  std::vector<std::string> schemas;
  std::vector<std::string> import_dirs;
  Telling telling;
};
void add_options(CLI::App& command, Input& input);

/// Each schema as a package of its own, with all that it imports.
struct Schemas {
  std::vector<schema::Package> packages;
  std::vector<std::string> files;  ///< all that were read, each once
  ExitCode exit_code = ok;         ///< if it is not ok, diagnostics or a message have been told
};
[[nodiscard]] Schemas load_schemas(const Input& input);

/// Says on stderr why not, and how the process ends for it.
ExitCode report(const Error& error);

}  // namespace kameo::gen

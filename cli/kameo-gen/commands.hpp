#pragma once

#include <kameo/schema/package.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kameo::gen {

/// What the process ends with; `kameo-gen --help` lists them.
enum ExitCode : int {
  ok = 0,
  bad_input = 1,  ///< errors in a schema; they are on stderr
  usage = 2,      ///< the command line makes no sense
  no_file = 3,    ///< a file could not be read or written
};

/// What all commands take.
struct Input {
  std::vector<std::string> schemas;
  std::vector<std::string> import_dirs;
  bool colour = false;
};

/// Each schema as a package of its own, with all that it imports.
struct Schemas {
  std::vector<schema::Package> packages;
  std::vector<std::string> files;  ///< all that were read, each once
  ExitCode exit_code = ok;         ///< if it is not ok, diagnostics or a message are on stderr
};
[[nodiscard]] Schemas load_schemas(const Input& input);

struct GenerateOptions {
  Input input;
  std::string cpp_out;     ///< empty: none wanted
  std::string python_out;  ///< empty: none wanted
  std::string depfile;     ///< empty: none wanted
  std::string depfile_target;
};
[[nodiscard]] ExitCode generate(const GenerateOptions& options);

[[nodiscard]] ExitCode check(const Input& input);

}  // namespace kameo::gen

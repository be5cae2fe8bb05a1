#include "commands.hpp"

#include <kameo/codegen/document.hpp>
#include <kameo/codegen/writer.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  Input input;
  std::string output;
};

ExitCode docs(const Options& options) {
  const auto schemas = load_schemas(options.input);
  if (schemas.exit_code != ok) return schemas.exit_code;
  const auto page = codegen::generate_html(schemas.packages.front());
  if (!page) return report(page.error());
  if (options.output.empty()) {
    std::cout << *page;
  } else if (const auto done = codegen::write_file(options.output, *page); !done) {
    return report(done.error());
  }
  return ok;
}

}  // namespace

void add_docs(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("docs", "Write one HTML page of a package, for browsers");
  const auto options = std::make_shared<Options>();
  add_options(*command, options->input);
  command->get_option("schema")->expected(1);
  command->add_option("--output,-o", options->output, "The page; else stdout")->type_name("FILE");
  command->callback([options, &run] { run = [options] { return docs(*options); }; });
}

}  // namespace kameo::gen

#include "commands.hpp"

#include <kameo/idl/json_schema.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kameo::gen {

void add_schema(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("schema", "Print a JSON Schema of kameo's files, for editors");
  const auto kind = std::make_shared<std::string>("schema");
  command->add_option("kind", *kind, "Of which files: schema (the IDL) or pool")
      ->check(CLI::IsMember({"schema", "pool"}))
      ->type_name("KIND");
  command->callback([kind, &run] {
    run = [kind] {
      std::cout << idl::json_schema(*kind == "pool" ? idl::Table::pool : idl::Table::schema);
      return ok;
    };
  });
}

}  // namespace kameo::gen

#include "commands.hpp"

#include <kameo/idl/explain.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

ExitCode list_codes() {
  for (const auto& row : idl::all_codes()) {
    std::cout << idl::to_string(row.code) << "  " << row.name
              << std::string(24 - std::min<std::size_t>(row.name.size(), 23), ' ') << row.title
              << '\n';
  }
  return ok;
}

ExitCode explain(const std::vector<std::string>& codes) {
  if (codes.empty()) return list_codes();
  bool first = true;
  for (const auto& spelled : codes) {
    const auto code = idl::find_code(spelled);
    if (!code) {
      const auto near = idl::nearest_code(spelled);
      std::cerr << "kameo-gen: no error has the code `" << spelled << "`"
                << (near.empty() ? "; `kameo-gen explain` lists them"
                                 : "; did you mean `" + near + "`?")
                << '\n';
      return usage;
    }
    std::cout << (first ? "" : "\n") << idl::explain(*code);
    first = false;
  }
  return ok;
}

}  // namespace

void add_explain(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("explain", "What an error code means, with an example");
  const auto codes = std::make_shared<std::vector<std::string>>();
  command->add_option("code", *codes, "Such as K0204 or unknown_type; none lists them all")
      ->type_name("CODE");
  command->callback([codes, &run] { run = [codes] { return explain(*codes); }; });
}

}  // namespace kameo::gen

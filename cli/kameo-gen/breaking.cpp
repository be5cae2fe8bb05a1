#include "commands.hpp"
#include "git_reader.hpp"

#include <kameo/concat.hpp>
#include <kameo/evolution/compare.hpp>
#include <kameo/idl/json_writer.hpp>
#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

struct Options {
  Input input;
  std::string against;
  std::vector<std::string> only;
  bool all = false;
};

/// The older version of a schema.
struct Older {
  std::optional<schema::Package> package;
  bool there = true;
  ExitCode exit_code = ok;
};

Older load_older(const Options& options, const std::string& path) {
  Older older;
  idl::DiskReader disk;
  GitReader git(options.against);
  const bool is_file = std::filesystem::is_regular_file(options.against);
  if (!is_file) {
    const auto known = git.knows_ref(path);
    if (!known || !*known) {
      std::cerr << "kameo-gen: " << options.against << " is neither a file nor a commit"
                << (known ? "" : concat(": ", known.error().message())) << '\n';
      older.exit_code = no_file;
      return older;
    }
    if (const auto text = git.read(path); !text && text.error().code() == errc::not_found) {
      older.there = false;
      return older;
    }
  }
  auto& reader = is_file ? static_cast<idl::FileReader&>(disk) : git;
  auto loaded = idl::load_file(is_file ? options.against : path, options.input.import_dirs, reader);
  if (!loaded.package) {
    for (auto& each : loaded.diagnostics) {
      if (!is_file) each.file = concat(options.against, ":", each.file);
    }
    tell(options.input.telling, loaded.diagnostics, 1);
    older.exit_code = found;
  }
  older.package = std::move(loaded.package);
  return older;
}

bool counts(const evolution::Change& change, const std::vector<std::string>& only) {
  if (only.empty()) return change.breaks();
  const auto wanted = [&](std::string_view what) {
    return std::find(only.begin(), only.end(), what) != only.end();
  };
  return (change.wire() && wanted("wire")) || (change.cpp && wanted("cpp")) ||
         (change.python && wanted("python"));
}

std::string listed(const std::vector<std::string>& routes) {
  std::string text;
  for (const auto& route : routes) text += concat(text.empty() ? "" : ", ", route);
  return text;
}

void print_text(const std::vector<evolution::Change>& changes) {
  for (const auto& change : changes) {
    if (!change.file.empty()) std::cout << change.file << ':';
    if (!change.file.empty() && change.line > 0) std::cout << change.line << ':';
    std::cout << (change.file.empty() ? "" : " ") << change.where << ": " << change.what << '\n';
    std::string source;
    if (change.cpp) source = "C++ source";
    if (change.python) source += source.empty() ? "Python source" : " and Python source";
    if (change.wire()) std::cout << "    breaks on the wire: " << listed(change.routes) << '\n';
    if (!source.empty()) std::cout << "    breaks " << source << '\n';
    if (!change.breaks()) std::cout << "    breaks nothing\n";
    if (!change.translated.empty()) {
      std::cout << "    is translated on the wire: " << listed(change.translated) << '\n';
    }
  }
}

void print_json(const std::vector<evolution::Change>& changes) {
  idl::JsonWriter json;
  json.open_object();
  json.key("version").number(1);
  json.key("changes").open_array();
  for (const auto& change : changes) {
    json.open_object();
    json.key("where").text(change.where);
    json.key("what").text(change.what);
    json.key("wire").open_array();
    for (const auto& route : change.routes) json.text(route);
    json.close_array();
    json.key("translated").open_array();
    for (const auto& route : change.translated) json.text(route);
    json.close_array();
    json.key("cpp").boolean(change.cpp);
    json.key("python").boolean(change.python);
    json.key("file").text(change.file);
    json.key("line").number(change.line);
    json.close_object();
  }
  json.close_array();
  json.close_object();
  std::cout << json.take();
}

ExitCode breaking(const Options& options) {
  const auto schemas = load_schemas(options.input);
  if (schemas.exit_code != ok) return schemas.exit_code;
  std::vector<evolution::Change> changes;
  for (std::size_t i = 0; i < schemas.packages.size(); ++i) {
    const auto& path = options.input.schemas[i];
    const auto older = load_older(options, path);
    if (older.exit_code != ok) return older.exit_code;
    if (!older.there) continue;  // a new schema breaks nobody
    for (auto& change : evolution::compare(*older.package, schemas.packages[i])) {
      // A type that two schemas import has changed once.
      if (std::find(changes.begin(), changes.end(), change) == changes.end()) {
        changes.push_back(std::move(change));
      }
    }
  }
  const auto breaks = [&](const auto& change) { return counts(change, options.only); };
  const bool any = std::any_of(changes.begin(), changes.end(), breaks);
  if (!options.all) {
    changes.erase(std::remove_if(changes.begin(), changes.end(), std::not_fn(breaks)),
                  changes.end());
  }
  if (options.input.telling.format == "json") {
    print_json(changes);
  } else {
    print_text(changes);
  }
  return any ? found : ok;
}

}  // namespace

void add_breaking(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand(
      "breaking", "Name each change since a version that breaks the wire, C++ or Python source");
  const auto options = std::make_shared<Options>();
  add_options(*command, options->input);
  command
      ->add_option("--against", options->against,
                   "The older version: a file, or a commit of the schema's git repository")
      ->required()
      ->type_name("FILE|REF");
  command
      ->add_option("--only", options->only,
                   "Count only what breaks these: wire, cpp, python (several times: any of them)")
      ->check(CLI::IsMember({"wire", "cpp", "python"}))
      ->type_name("WHAT")
      ->allow_extra_args(false);
  command->add_flag("--all", options->all, "Name the changes that break nothing too");
  command->callback([options, &run] {
    if (options->input.telling.format == "sarif") {
      throw CLI::ValidationError("--format", "breaking has no sarif");
    }
    if (options->input.schemas.size() > 1 && std::filesystem::is_regular_file(options->against)) {
      throw CLI::ValidationError("--against", "a file stands against one schema");
    }
    run = [options] { return breaking(*options); };
  });
}

}  // namespace kameo::gen

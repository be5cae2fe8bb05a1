#include <kameo/idl/load.hpp>

#include <kameo/concat.hpp>
#include <kameo/schema/validate.hpp>

#include "display.hpp"
#include "loader.hpp"

#include <algorithm>
#include <filesystem>

namespace kameo::idl {
namespace {

std::string normal(const std::filesystem::path& path) {
  return path.lexically_normal().generic_string();
}

}  // namespace

void Loader::load_root(const std::string& path, const Place* named_at) {
  const auto key = normal(path);
  if (loaded_.contains(key)) return;  // another root imports it
  auto text = reader_.read(key);
  if (text) {
    (void)load(key, std::move(*text));
    return;
  }
  const auto message = concat("cannot read ", path, ": ", text.error().message());
  if (named_at != nullptr) {
    report_.error(Code::unreadable_file, *named_at, message);
  } else {
    others_.push_back(std::make_unique<Source>(path, ""));
    report_.error(Code::unreadable_file, {others_.back().get(), 0, 1}, message);
  }
}

std::optional<std::uint32_t> Loader::load(const std::string& path, std::string text) {
  read_.push_back(path);
  LoadedFile file;
  file.source = std::make_unique<Source>(path, std::move(text));
  auto tree = parse_yaml(*file.source, report_);
  if (!tree) {
    others_.push_back(std::move(file.source));
    return std::nullopt;
  }
  file.tree = std::make_unique<Node>(std::move(*tree));
  file.declared = read_declarations(*file.source, *file.tree, report_);
  loading_.push_back(path);
  for (const auto& name : file.declared.imports) {
    const auto index = load_import(file, name);
    if (!index) {
      file.import_failed = true;
    } else if (std::find(file.imports.begin(), file.imports.end(), *index) != file.imports.end()) {
      report_.error(Code::imported_twice, name.place,
                    concat("`", excerpt(name.text), "` is imported twice"));
    } else {
      file.imports.push_back(*index);
    }
  }
  loading_.pop_back();
  const auto index = static_cast<std::uint32_t>(files_.size());
  files_.push_back(std::move(file));
  loaded_[path] = index;
  return index;
}

std::optional<std::uint32_t> Loader::load_import(const LoadedFile& importer, const Name& name) {
  namespace fs = std::filesystem;
  std::vector<fs::path> directories{fs::path(importer.source->path()).parent_path()};
  directories.insert(directories.end(), include_dirs_.begin(), include_dirs_.end());
  for (const auto& directory : directories) {
    const auto path = normal(directory / name.text);
    if (const auto known = loaded_.find(path); known != loaded_.end()) return known->second;
    if (std::find(loading_.begin(), loading_.end(), path) != loading_.end()) {
      say_cycle(path, name);
      return std::nullopt;
    }
    auto text = reader_.read(path);
    if (text) return load(path, std::move(*text));
    if (text.error().code() == errc::not_found) continue;
    report_.error(Code::unreadable_file, name.place,
                  concat("cannot read ", path, ": ", text.error().message()));
    return std::nullopt;
  }
  std::string looked;
  for (const auto& directory : directories) {
    const auto shown = directory.empty() ? std::string(".") : directory.generic_string();
    looked += concat(looked.empty() ? "" : ", ", shown);
  }
  report_
      .error(Code::import_not_found, name.place,
             concat("cannot find the import `", excerpt(name.text), "`"))
      .hint(concat("looked in: ", looked));
  return std::nullopt;
}

void Loader::say_cycle(const std::string& path, const Name& name) {
  std::string cycle;
  for (auto each = std::find(loading_.begin(), loading_.end(), path); each != loading_.end();
       ++each) {
    cycle += concat(*each, " → ");
  }
  report_.error(Code::import_cycle, name.place, concat("files import each other: ", cycle, path))
      .hint("put what both need into a third file");
}

/// What the checks above let through must never be refused by those who read the schema bytes.
static void check_for_readers(const Draft& draft, Report& report) {
  const auto fault = schema::find_fault(draft.package);
  if (!fault) return;
  const auto type = fault->type.value_or(0);
  report.error(Code::bad_type, draft.origins.at(type).name.place, fault->why)
      .hint("aliases count as what they stand for; give the parts structs of their own");
}

std::optional<Draft> build_draft(const std::vector<LoadedFile>& files, Report& report) {
  auto draft = resolve_names(files, report);
  if (check_types(draft, report)) read_values(draft, report);
  check_generated_names(files, draft, report);
  if (report.errors() == 0) check_for_readers(draft, report);
  if (report.errors() > 0) return std::nullopt;
  return draft;
}

Loaded load_file(const std::string& path, const std::vector<std::string>& include_dirs,
                 FileReader& reader) {
  return load_files({path}, include_dirs, reader);
}

Loaded load_files(const std::vector<std::string>& paths,
                  const std::vector<std::string>& include_dirs, FileReader& reader) {
  Report report;
  Loader loader(include_dirs, reader, report);
  for (const auto& path : paths) loader.load_root(path);
  Loaded loaded;
  if (auto draft = build_draft(loader.files(), report)) loaded.package = std::move(draft->package);
  loaded.diagnostics = report.take();
  loaded.files = loader.read();
  return loaded;
}

}  // namespace kameo::idl

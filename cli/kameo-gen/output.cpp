#include "output.hpp"

#include <kameo/codegen/python_package.hpp>
#include <kameo/concat.hpp>
#include <kameo/idl/codes.hpp>
#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>

namespace kameo::gen {
namespace {

/// What an earlier run, for other schemas, wrote into the same folder stays part of the package.
void keep_modules(const std::filesystem::path& folder, codegen::OutputFile& init) {
  const auto present = idl::DiskReader().read((folder / init.path).string());
  if (!present) return;
  init.text = codegen::merge_modules(init.text, *present, [&](const std::string& name) {
    const auto module = folder / "kameo" / name;
    std::error_code none;
    // The folder of `acme.shop` is a package without a file of its own.
    return std::filesystem::exists(module.string() + ".pyi", none) ||
           std::filesystem::is_directory(module, none);
  });
}

Error clash(std::string_view path, std::string_view present, std::string_view written) {
  return fail(errc::invalid_argument, path, " holds ", present, ", and this run has ", written,
              ": two modules of one name in Python [", to_string(idl::Code::module_clash),
              "]; give one another name, generate both in one run, or delete what is old");
}

/// Whether a folder of modules, `kameo/acme`, has any from an earlier run.
bool has_modules(const std::filesystem::path& folder) {
  std::error_code none;
  const auto entries = std::filesystem::directory_iterator(folder, none);
  return std::any_of(begin(entries), end(entries),
                     [](const auto& entry) { return entry.path().extension() == ".pyi"; });
}

/// What stands where another run, for other schemas, wrote something else under the same name.
std::optional<Error> find_clash(const std::filesystem::path& folder,
                                const std::vector<codegen::OutputFile>& files) {
  constexpr std::string_view ending = ".pyi";
  for (const auto& file : files) {
    const auto written = codegen::contents_of(file.text);
    if (written.empty() || !file.path.ends_with(ending)) continue;
    if (const auto present = idl::DiskReader().read((folder / file.path).string())) {
      const auto held = codegen::contents_of(*present);
      if (!held.empty() && held != written) return clash(file.path, held, written);
    }
    // A module `a` and a folder `a` of `a.b` hide each other.
    const std::filesystem::path stem = file.path.substr(0, file.path.size() - ending.size());
    if (has_modules(folder / stem)) {
      return clash(stem.string(), "packages", concat(written, " there"));
    }
    const auto outer = stem.parent_path().string() + std::string(ending);
    const auto module = idl::DiskReader().read((folder / outer).string());
    const auto held =
        module && stem.filename() != "__init__" ? codegen::contents_of(*module) : std::string();
    const auto same = [&](const auto& each) {
      return each.path == stem.parent_path() / "__init__.pyi";
    };
    if (!held.empty() && std::none_of(files.begin(), files.end(), same)) {
      return clash(outer, held, concat(written, " inside it"));
    }
  }
  return {};
}

}  // namespace

void add_options(CLI::App& command, OutputFolders& folders) {
  command.add_option("--cpp-out", folders.cpp, "Folder for C++; the include path of it")
      ->type_name("DIR");
  command.add_option("--python-out", folders.python, "Folder for the Python package `kameo`")
      ->type_name("DIR");
}

void require_one(const OutputFolders& folders) {
  if (folders.cpp.empty() && folders.python.empty()) {
    throw CLI::RequiredError("--cpp-out or --python-out");
  }
}

Result<Generated> generate_all(const std::vector<schema::Package>& packages,
                               const OutputFolders& folders) {
  Generated all;
  if (!folders.cpp.empty()) {
    for (const auto& package : packages) {
      auto files = codegen::generate_cpp(package);
      if (!files) return files.error();
      all.cpp.insert(all.cpp.end(), files->begin(), files->end());
    }
  }
  if (!folders.python.empty()) {
    auto files = codegen::generate_python(packages);
    if (!files) return files.error();
    all.python = std::move(*files);
    if (auto error = find_clash(folders.python, all.python)) return *error;
    for (auto& file : all.python) {
      if (file.path == "kameo/__init__.pyi") keep_modules(folders.python, file);
    }
  }
  return all;
}

}  // namespace kameo::gen

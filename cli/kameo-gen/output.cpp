#include "output.hpp"

#include <kameo/codegen/python_package.hpp>
#include <kameo/idl/load.hpp>

#include <CLI/CLI.hpp>

#include <filesystem>

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
    for (auto& file : all.python) {
      if (file.path == "kameo/__init__.pyi") keep_modules(folders.python, file);
    }
  }
  return all;
}

}  // namespace kameo::gen

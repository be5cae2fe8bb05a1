#include "output.hpp"

#include <CLI/CLI.hpp>

namespace kameo::gen {

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
  }
  return all;
}

}  // namespace kameo::gen

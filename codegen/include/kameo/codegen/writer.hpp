#pragma once

#include <kameo/codegen/generate.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::codegen {

/// How many files `write_files` found to be as they should, and how many it wrote.
struct Written {
  std::size_t changed = 0;
  std::size_t unchanged = 0;
};

/// Writes the files below `folder`, making folders as needed. Each appears whole or not at all (a
/// temporary file beside it, then a rename), and one that holds the text already is not touched, so
/// that builds see no change where there is none.
/// Fails with `system` at the first file that cannot be written; those before it stay.
[[nodiscard]] Result<Written> write_files(const std::filesystem::path& folder,
                                          std::span<const OutputFile> files);

/// The same for one file. True where it was written.
[[nodiscard]] Result<bool> write_file(const std::filesystem::path& path, std::string_view text);

/// A dependency file as make and ninja read it: `target` is made again when one of `inputs`
/// changes.
[[nodiscard]] std::string depfile_text(std::string_view target,
                                       std::span<const std::string> inputs);

}  // namespace kameo::codegen

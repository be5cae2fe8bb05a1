#pragma once

#include <kameo/idl/diagnostic.hpp>
#include <kameo/idl/load.hpp>

#include <span>
#include <string>
#include <vector>

namespace kameo::idl {

/// The rules of style, in order: the codes K0701 and up.
[[nodiscard]] std::vector<Code> lint_rules();

/// What a schema breaks of the rules of style, as warnings; of a schema with errors, its errors and
/// nothing else. Only the file itself is judged, not what it imports. A rule in `off` is not looked
/// at; `# lint: off rule` behind a line lets that line break it.
[[nodiscard]] Loaded lint_file(const std::string& path,
                               const std::vector<std::string>& include_dirs, FileReader& reader,
                               std::span<const Code> off = {});

}  // namespace kameo::idl

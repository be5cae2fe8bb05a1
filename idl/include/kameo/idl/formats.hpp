#pragma once

#include <kameo/idl/diagnostic.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// All diagnostics as one JSON object for programs (docs/idl.md, "Errors for programs"). Ends in a
/// line break; the same diagnostics make the same bytes.
[[nodiscard]] std::string to_json(const std::vector<Diagnostic>& diagnostics);

/// The same as SARIF 2.1.0, which editors and code hosts show; with the rule of each code that
/// occurs. `version` is that of the tool.
[[nodiscard]] std::string to_sarif(const std::vector<Diagnostic>& diagnostics,
                                   std::string_view version);

}  // namespace kameo::idl

#pragma once

#include <kameo/idl/diagnostic.hpp>

#include <optional>
#include <string>
#include <vector>

namespace kameo::idl {

struct Formatted {
  /// There exactly when no diagnostic is an error.
  std::optional<std::string> text;
  std::vector<Diagnostic> diagnostics;
};

/// A schema or pool file in the one style (docs/idl.md, "Style"): its keys in the reference's
/// order, two blanks per level, one between things of a line. Comments stay with what they stand
/// at; what the author put on one line stays on one. The text means what it meant, and formatting
/// it again changes nothing. Fails where `text` is not YAML that kameo reads.
[[nodiscard]] Formatted format(const std::string& path, std::string text);

}  // namespace kameo::idl

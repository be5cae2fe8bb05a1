#pragma once

#include <kameo/idl/codes.hpp>
#include <kameo/idl/source.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

enum class Severity : std::uint8_t { error, warning };

/// Something that stands at another place and belongs to a diagnostic.
struct Note {
  std::string file;
  Position at;
  std::string message;

  friend bool operator==(const Note&, const Note&) = default;
};

/// One thing that is wrong, complete: it needs no source to be printed.
struct Diagnostic {
  Severity severity = Severity::error;
  Code code = Code::yaml_syntax;
  std::string file;
  Position at;
  std::uint32_t length = 1;  ///< of what is underlined, in code points, at least 1
  std::string message;       ///< one line, without the code
  std::string line;          ///< the source line as it stands
  std::string hint;          ///< what to do about it; may be empty
  std::vector<Note> notes;

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// In order of file (as first named), then place, then code.
void sort(std::vector<Diagnostic>& diagnostics);

[[nodiscard]] std::size_t error_count(const std::vector<Diagnostic>& diagnostics) noexcept;

/// As compilers print it, each line ended:
///
///     trading.kameo.yaml:14:14: error: unknown type `Decison` [K0204]
///        14 |       reply: Decison
///           |              ^~~~~~~ did you mean `Decision`?
///     trading.kameo.yaml:5:3: note: `Decision` is declared here
///
/// With `colour`, ANSI escapes are added. Control characters of the source are shown as `?`.
[[nodiscard]] std::string to_string(const Diagnostic& diagnostic, bool colour = false);

/// All of them, one after the other.
[[nodiscard]] std::string to_string(const std::vector<Diagnostic>& diagnostics,
                                    bool colour = false);

}  // namespace kameo::idl

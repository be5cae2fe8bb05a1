#pragma once

#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <span>
#include <string>
#include <vector>

namespace kameo::codegen {

/// A file to be written: its path below the output folder, `/` between the parts, and its text.
struct OutputFile {
  std::string path;
  std::string text;

  friend bool operator==(const OutputFile&, const OutputFile&) = default;
};

/// C++ for the root package of `package`; what it imports is included, not written. For `a.b`:
/// namespace `a::b` and, whatever it holds, these files, in this order:
///
///     a/b/types.hpp    value types; light: no asio
///     a/b/types.cpp    their codec and printers
///     a/b/actors.hpp   refs, handler bases, callback interfaces
///     a/b/actors.cpp   dispatch and the schema as bytes
///     a/b/cereal.hpp   cereal's `serialize` for each type, for those who archive them elsewhere
///     a/b/b.hpp        all but cereal.hpp
///
/// Same package, same bytes. Fails with `invalid_argument` where two things would get one name.
[[nodiscard]] Result<std::vector<OutputFile>> generate_cpp(const schema::Package& package);

/// The Python package `kameo` for all files of all `packages`, imports too: complete, so that it
/// works wherever it is copied. What the runtime reads of it: docs/python-package.md.
/// Same packages, same bytes. Fails with `invalid_argument` where two things would get one name.
[[nodiscard]] Result<std::vector<OutputFile>> generate_python(
    std::span<const schema::Package> packages);

/// The version that stands at the top of generated files: `0.1.0`.
[[nodiscard]] std::string_view version() noexcept;

}  // namespace kameo::codegen

#pragma once

#include <kameo/idl/codes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kameo::idl {

/// A file with the mistake and the same file without it. Several files stand one after the other,
/// each behind a line `# name.yaml`; the first is the one that is loaded. Both are empty where no
/// text can show the mistake.
struct CodeExample {
  Code code;
  std::string bad;
  std::string good;
};
[[nodiscard]] CodeExample example_of(Code code);

/// A code as people name it: `K0204`, `k0204`, `0204`, `unknown_type`.
[[nodiscard]] std::optional<Code> find_code(std::string_view spelled) noexcept;
/// The name of a code that `spelled` is most likely a slip of; empty where none is near.
[[nodiscard]] std::string nearest_code(std::string_view spelled);

/// The page of a code: what it means, why it is an error, a file with the mistake and what is said
/// about it, and the same file put right. Lines of at most 100 characters, each ended.
[[nodiscard]] std::string explain(Code code);

}  // namespace kameo::idl

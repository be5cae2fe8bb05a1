#pragma once

#include <kameo/idl/codes.hpp>

#include <cstdint>
#include <span>
#include <string_view>

/// The examples of `kameo-gen explain`, a file for each hundred of codes. Codes without one cannot
/// be shown: a file that is not there, bytes that no terminal shows, 65,537 enum values.
namespace kameo::idl::examples {

/// What the text of an example stands in, so that it is a file.
enum class Frame : std::uint8_t {
  file,     ///< nothing: it is the file, or several
  package,  ///< what follows `package: shop`
  types,    ///< what follows its `types:`, indented as there
  pool,     ///< the actors of a pool file, indented as there, beside one schema
};

/// Texts without their last line end.
struct Example {
  Code code;
  Frame frame;
  std::string_view bad;
  std::string_view good;
};

[[nodiscard]] std::span<const Example> of_yaml() noexcept;     ///< the YAML itself
[[nodiscard]] std::span<const Example> of_names() noexcept;    ///< names and types
[[nodiscard]] std::span<const Example> of_keys() noexcept;     ///< keys and settings
[[nodiscard]] std::span<const Example> of_values() noexcept;   ///< limits and defaults
[[nodiscard]] std::span<const Example> of_imports() noexcept;  ///< imports
[[nodiscard]] std::span<const Example> of_pools() noexcept;    ///< pool files
[[nodiscard]] std::span<const Example> of_style() noexcept;    ///< style

}  // namespace kameo::idl::examples

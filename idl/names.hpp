#pragma once

#include "declaration.hpp"
#include "yaml.hpp"

#include <string>
#include <string_view>

namespace kameo::idl {

/// What a name is of: decides its casing, the words it must not be, and how messages call it.
enum class NameOf : std::uint8_t {
  type,
  actor,
  callback,  // these three PascalCase, the rest snake_case
  field,
  enum_value,
  variant,
  handler,
  module,
  pool_actor,
  package,  // snake_case parts between dots
};

/// `field`, `callback module`
[[nodiscard]] std::string_view to_string(NameOf of) noexcept;

/// Reads a name where one is declared: its characters, its casing, YAML's traps and reserved words.
/// Reports what is wrong; the text is there all the same, empty where it is hopeless.
[[nodiscard]] Name read_name(const Node& node, NameOf of, Report& report);

/// `get_price` as `GetPrice`: how made-up names are put together.
[[nodiscard]] std::string pascal_case(std::string_view snake);

/// `HTTPGet` as `http_get`: how generated functions are called.
[[nodiscard]] std::string snake_case(std::string_view pascal);

/// Whether C++ or Python keeps the word for itself, and which: `C++`, `Python`, `C++ and Python`.
[[nodiscard]] std::string_view reserved_by(std::string_view word) noexcept;

/// Whether the word has a meaning of its own to some YAML reader when it stands unquoted: `no`,
/// `on`, `true`, `null`.
[[nodiscard]] bool is_yaml_word(std::string_view word) noexcept;
/// Whether YAML readers take the unquoted text for a number: `1.10`, `0x1F`, `.inf`, `1:30` not.
[[nodiscard]] bool looks_like_number(std::string_view text) noexcept;

}  // namespace kameo::idl

#pragma once

#include <kameo/schema/type.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// Types as the reference shows them: those of one row, and what they are in each language.
struct KindRow {
  std::string_view spelled;  ///< in Markdown
  std::string_view values;
  std::string_view cpp;
  std::string_view python;
  std::vector<schema::Kind> kinds;
};
[[nodiscard]] const std::vector<KindRow>& kind_rows();

/// A limit, and the kinds of type that it is for (of an optional, that of the value in it).
struct LimitRow {
  std::string_view key;
  std::vector<schema::Kind> kinds;
  std::string_view means;
};
[[nodiscard]] const std::vector<LimitRow>& limit_rows();

/// A name that generated code or the API has for itself where a schema's name would stand.
struct TakenName {
  std::string_view name;
  std::string_view why;  ///< "a member of every ref"
};
/// The lists of such names, by whose they are.
enum class TakenBy : std::uint8_t { modules, package_parts, handlers, callbacks, fields };
[[nodiscard]] std::span<const TakenName> taken_names(TakenBy list) noexcept;
[[nodiscard]] std::string markdown_taken();

/// The reference's tables of types and of limits, in Markdown.
[[nodiscard]] std::string markdown_kinds();
[[nodiscard]] std::string markdown_limits();

}  // namespace kameo::idl

#pragma once

#include "defaults.hpp"

#include <kameo/schema/package.hpp>

#include <string>
#include <string_view>

namespace kameo::codegen::html {

/// Fit to stand in HTML's text and attributes.
[[nodiscard]] std::string escaped(std::string_view text);
/// A doc comment: escaped, what stands between backquotes as code, paragraphs at empty lines.
[[nodiscard]] std::string paragraphs(std::string_view doc);
/// `#shop.Item`, the place of a declaration in the page.
[[nodiscard]] std::string anchor(std::string_view package, std::string_view name);
/// A type as the IDL spells it, its names as links.
[[nodiscard]] std::string type_link(const schema::Package& package, const schema::Type& type,
                                    const std::string& home);
/// A value as a schema spells it.
[[nodiscard]] std::string value_text(const schema::Package& package, const Value& value);

}  // namespace kameo::codegen::html

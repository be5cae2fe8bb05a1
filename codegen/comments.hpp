#pragma once

#include <kameo/schema/package.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace kameo::codegen {

/// The text in lines of at most `width` bytes, broken at spaces; its own line ends stay.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Doc comment of something that may be deprecated, as one text.
[[nodiscard]] std::string with_deprecation(const std::string& doc, const std::string& deprecated);

/// What a field's limits say to a reader: `1 to 10000; a multiple of 5`. Empty without limits.
[[nodiscard]] std::string limits_in_words(const schema::Limits& limits);
/// Doc, limits and deprecation of a field.
[[nodiscard]] std::string field_comment(const schema::Field& field);

/// Doc of a handler or callback, with budget, deadline and whether it may be repeated.
[[nodiscard]] std::string method_comment(const schema::Method& method);
/// `MarketClosed, TooMany`; empty where none is declared.
[[nodiscard]] std::string declared_errors(const schema::Package& package,
                                          const schema::Method& method);

}  // namespace kameo::codegen

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kameo::codegen {

/// `head(a, b, c)tail` on as few lines of 100 columns as it takes, those after the first aligned to
/// the first item, as the project's clang-format does it. `head` ends with its bracket.
[[nodiscard]] std::string call(const std::string& head, const std::vector<std::string>& items,
                               const std::string& tail);

/// The lines of a doc comment, without `///`, for something indented by `indent`.
[[nodiscard]] std::vector<std::string> comment_lines(std::string_view text, std::size_t indent);

}  // namespace kameo::codegen

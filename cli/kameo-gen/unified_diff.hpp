#pragma once

#include <string>
#include <string_view>

namespace kameo::gen {

/// What `diff -u` would print for two texts, three lines of context; empty where they are equal.
[[nodiscard]] std::string unified_diff(std::string_view before, std::string_view after,
                                       std::string_view before_name, std::string_view after_name);

}  // namespace kameo::gen

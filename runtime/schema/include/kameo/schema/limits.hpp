#pragma once

#include <kameo/schema/type.hpp>

#include <string>

namespace kameo::schema {

/// What a value has to be, to stand behind the name of its type in a message:
/// ` in 1..10000, a multiple of 5`, ` of 1 to 20 characters, matching `[a-z]+``; empty without
/// limits. The same words in every language.
[[nodiscard]] std::string describe(const Limits& limits, Kind kind);

}  // namespace kameo::schema

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kameo::idl {

/// The files of an example, by name; one without a name is `example.yaml`.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> example_files(
    std::string_view example);

}  // namespace kameo::idl

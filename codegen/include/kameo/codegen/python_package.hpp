#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace kameo::codegen {

/// The `kameo/__init__.pyi` for a folder that several runs of kameo-gen write into: `generated`,
/// and the modules that `present`, the one that is there, names beside it. `exists` says whether a
/// module of that name is still there. (The `.py` names none: it finds them when they are used.)
[[nodiscard]] std::string merge_modules(std::string_view generated, std::string_view present,
                                        const std::function<bool(const std::string&)>& exists);

/// What a generated module holds, from its head: "package trading", "callbacks of trading"; empty
/// for another file. Two runs that write one file must mean the same by it.
[[nodiscard]] std::string contents_of(std::string_view text);

}  // namespace kameo::codegen

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::codegen {

/// `DataFetch` → `data_fetch`, `HTTPServer` → `http_server`; snake_case stays.
[[nodiscard]] std::string snake_case(std::string_view name);
/// `data_fetch` → `DataFetch`; PascalCase stays.
[[nodiscard]] std::string pascal_case(std::string_view name);
/// `data_fetch` → `DATA_FETCH`
[[nodiscard]] std::string upper_case(std::string_view name);

/// The name, with `_` behind it where C++ or `taken` has a use of its own for it.
[[nodiscard]] std::string cpp_name(std::string name, std::span<const std::string_view> taken = {});
/// The same for Python's keywords. Builtins are no obstacle: a field may be called `id`.
[[nodiscard]] std::string python_name(std::string name,
                                      std::span<const std::string_view> taken = {});

/// `a.b` → {`a`, `b`}
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// `a.b` → `a::b`, `a/b`
[[nodiscard]] std::string replace_dots(std::string_view dotted, std::string_view with);
/// What stands behind the last slash.
[[nodiscard]] std::string file_name(std::string_view path);

}  // namespace kameo::codegen

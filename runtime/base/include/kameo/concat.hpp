#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace kameo {
namespace detail {
inline void append(std::string& out, std::string_view part) {
  out += part;
}
inline void append(std::string& out, char part) {
  out += part;
}
template <class Number>
  requires(std::integral<Number> || std::floating_point<Number>)
void append(std::string& out, Number part) {
  if constexpr (std::same_as<Number, bool>) {  // a plain overload would take string literals too
    out += part ? "true" : "false";
  } else {
    out += std::to_string(part);
  }
}
}  // namespace detail

/// One string from texts and numbers. GCC 12 has no std::format, and the layers that the Python
/// extension compiles must build on a machine without libfmt's headers.
template <class... Parts>
[[nodiscard]] std::string concat(const Parts&... parts) {
  std::string out;
  (detail::append(out, parts), ...);
  return out;
}

}  // namespace kameo

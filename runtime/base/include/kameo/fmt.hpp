#pragma once

#include <kameo/coder.hpp>
#include <kameo/error.hpp>
#include <kameo/print.hpp>

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <exception>
#include <ostream>
#include <sstream>
#include <string_view>
#include <utility>

/// For programs that use {fmt}, 7 or later: it prints generated types, and kameo's own, as `<<`
/// does, with the format options of a text: `fmt::format("{:>40}", tick)`. What the IDL calls
/// `secret` stays hidden. Nothing else of kameo includes this or needs {fmt}.
namespace kameo::detail {

/// Structs, enums and unions that kameo-gen has written.
template <class T>
concept Generated = requires(std::ostream& out, Encoder& encoder, const T& value) {
  out << value;
  encode(encoder, value);
};

template <class T>
inline constexpr bool is_own = false;
template <class T>
inline constexpr bool is_own<Box<T>> = true;
template <class T, std::uint32_t... Dims>
inline constexpr bool is_own<NumericArray<T, Dims...>> = true;
template <>
inline constexpr bool is_own<Decimal> = true;
template <>
inline constexpr bool is_own<Uuid> = true;
template <>
inline constexpr bool is_own<Error> = true;

template <class T>
concept Formatted = Generated<T> || is_own<T>;

}  // namespace kameo::detail

template <kameo::detail::Formatted T>
struct fmt::formatter<T, char> : fmt::formatter<std::string_view, char> {
  // Not in quotes within a container, where it is no text.
  void set_debug_format() = delete;

  template <class Context>
  auto format(const T& value, Context& context) const {
    using Text = fmt::formatter<std::string_view, char>;
    if constexpr (std::derived_from<T, std::exception>) {
      return Text::format(value.what(), context);
    } else {
      std::ostringstream out;
      kameo::print(out, value);
      return Text::format(std::move(out).str(), context);
    }
  }
};

#pragma once

#include <kameo/box.hpp>
#include <kameo/bytes.hpp>
#include <kameo/decimal.hpp>
#include <kameo/numeric_array.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

/// Readable text of any value of the type model, for logs and test failures; generated types call
/// it for their fields: `Tick{symbol: "AAPL", price: 101.5, at: 2026-11-21T09:30:00Z}`.
/// The text is for people; it may change between versions.
namespace kameo {

/// In double quotes, control characters escaped, cut after 200 bytes.
void print(std::ostream& out, std::string_view text);
/// Length and the first 16 bytes in hex: `bytes[3] 00 ff 10`.
void print(std::ostream& out, const Bytes& bytes);
void print(std::ostream& out, bool value);
void print(std::ostream& out, double value);  ///< as many digits as tell it from its neighbours
void print(std::ostream& out, float value);
inline void print(std::ostream& out, Timestamp value) {
  out << to_string(value);
}
inline void print(std::ostream& out, Duration value) {
  out << to_string(value);
}
inline void print(std::ostream& out, const Uuid& value) {
  out << to_string(value);
}
inline void print(std::ostream& out, const Decimal& value) {
  out << to_string(value);
}

template <std::integral Number>
void print(std::ostream& out, Number value) {
  out << +value;  // i8 and u8 as numbers
}
/// Types with a printer of their own: the generated ones.
template <class T>
  requires(!std::is_arithmetic_v<T> && !std::convertible_to<T, std::string_view> &&
           requires(std::ostream& out, const T& value) { out << value; })
void print(std::ostream& out, const T& value) {
  out << value;
}

// Declared before they are defined, so that they find each other for nested containers.
template <class T>
void print(std::ostream& out, const Box<T>& value);
template <class T>
void print(std::ostream& out, const std::optional<T>& value);
template <class T>
void print(std::ostream& out, const std::vector<T>& value);
template <class T>
void print(std::ostream& out, const std::set<T>& value);
template <class K, class V>
void print(std::ostream& out, const std::map<K, V>& value);
template <class T, std::size_t N>
void print(std::ostream& out, const std::array<T, N>& value);
template <class... Ts>
void print(std::ostream& out, const std::tuple<Ts...>& value);
template <class T, std::uint32_t... Dims>
void print(std::ostream& out, const NumericArray<T, Dims...>& value);

namespace detail {
template <class Sequence>
void print_sequence(std::ostream& out, const Sequence& sequence, char open, char close) {
  constexpr std::size_t shown = 20;  // enough to recognise it; a log line must stay a line
  out << open;
  std::size_t i = 0;
  for (const auto& element : sequence) {
    if (i != 0) out << ", ";
    if (i++ == shown) {
      out << "… " << sequence.size() << " in all";
      break;
    }
    print(out, static_cast<const typename Sequence::value_type&>(element));
  }
  out << close;
}
}  // namespace detail

template <class T>
void print(std::ostream& out, const Box<T>& value) {
  print(out, *value);
}
template <class T>
void print(std::ostream& out, const std::optional<T>& value) {
  if (value) {
    print(out, *value);
  } else {
    out << "none";
  }
}
template <class T>
void print(std::ostream& out, const std::vector<T>& value) {
  detail::print_sequence(out, value, '[', ']');
}
template <class T>
void print(std::ostream& out, const std::set<T>& value) {
  detail::print_sequence(out, value, '{', '}');
}
template <class K, class V>
void print(std::ostream& out, const std::map<K, V>& value) {
  out << '{';
  const char* separator = "";
  for (const auto& [key, mapped] : value) {
    out << separator;
    print(out, key);
    out << ": ";
    print(out, mapped);
    separator = ", ";
  }
  out << '}';
}
template <class T, std::size_t N>
void print(std::ostream& out, const std::array<T, N>& value) {
  detail::print_sequence(out, value, '[', ']');
}
template <class... Ts>
void print(std::ostream& out, const std::tuple<Ts...>& value) {
  out << '(';
  const char* separator = "";
  std::apply(
      [&](const Ts&... parts) { ((out << separator, print(out, parts), separator = ", "), ...); },
      value);
  out << ')';
}
template <class T, std::uint32_t... Dims>
void print(std::ostream& out, const NumericArray<T, Dims...>& value) {
  out << "array";
  for (const auto dim : value.shape()) out << '[' << dim << ']';
  detail::print_sequence(out, std::vector<T>(value.values().begin(), value.values().end()), '(',
                         ')');
}

}  // namespace kameo

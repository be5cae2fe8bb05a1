#pragma once

#include <kameo/box.hpp>
#include <kameo/bytes.hpp>
#include <kameo/decimal.hpp>
#include <kameo/numeric_array.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

/// What the `std::hash` of generated types is made of: equal values have equal hashes. Differs
/// between programs and versions: not to be kept.
namespace kameo {

/// Any value of the type model: numbers, enums, text, generated types.
template <class T>
struct Hash {
  std::size_t operator()(const T& value) const noexcept { return std::hash<T>{}(value); }
};

template <class T>
[[nodiscard]] std::size_t hash_of(const T& value) noexcept {
  return Hash<T>{}(value);
}
/// One more part of what is being hashed; the order of the parts counts.
inline void add_hash(std::size_t& seed, std::size_t hash) noexcept {
  // From boost::hash_combine, for 64 bits: without it, {1, 2} and {2, 1} would be alike.
  seed ^= hash + 0x9e3779b97f4a7c15U + (seed << 12U) + (seed >> 4U);
}
template <class... Fields>
[[nodiscard]] std::size_t hash_fields(const Fields&... fields) noexcept {
  std::size_t seed = sizeof...(Fields);
  (add_hash(seed, hash_of(fields)), ...);
  return seed;
}

namespace detail {
template <class Sequence>
std::size_t hash_elements(const Sequence& elements) noexcept {
  using Element = typename Sequence::value_type;
  std::size_t seed = elements.size();
  for (const auto& element : elements) add_hash(seed, hash_of<Element>(element));
  return seed;
}
}  // namespace detail

template <>
struct Hash<Bytes> {
  std::size_t operator()(const Bytes& value) const noexcept {
    return std::hash<std::string_view>{}(as_text(value));
  }
};
template <>
struct Hash<Duration> {
  std::size_t operator()(Duration value) const noexcept { return hash_of(value.count()); }
};
template <>
struct Hash<Timestamp> {
  std::size_t operator()(Timestamp value) const noexcept {
    return hash_of(value.time_since_epoch());
  }
};
template <>
struct Hash<Uuid> {
  std::size_t operator()(const Uuid& value) const noexcept {
    return detail::hash_elements(value.bytes);
  }
};
template <>
struct Hash<Decimal> {
  std::size_t operator()(const Decimal& value) const noexcept {
    return hash_fields(value.high, value.low, value.exponent, value.negative);
  }
};
template <class T>
struct Hash<Box<T>> {
  std::size_t operator()(const Box<T>& value) const noexcept { return hash_of(*value); }
};
template <class T>
struct Hash<std::optional<T>> {
  std::size_t operator()(const std::optional<T>& value) const noexcept {
    return value ? hash_fields(*value) : 0;
  }
};
template <class T>
  requires(!std::is_same_v<T, std::byte>)
struct Hash<std::vector<T>> {
  std::size_t operator()(const std::vector<T>& value) const noexcept {
    return detail::hash_elements(value);
  }
};
template <class T>
struct Hash<std::set<T>> {
  std::size_t operator()(const std::set<T>& value) const noexcept {
    return detail::hash_elements(value);
  }
};
template <class T, std::size_t N>
struct Hash<std::array<T, N>> {
  std::size_t operator()(const std::array<T, N>& value) const noexcept {
    return detail::hash_elements(value);
  }
};
template <class K, class V>
struct Hash<std::map<K, V>> {
  std::size_t operator()(const std::map<K, V>& value) const noexcept {
    std::size_t seed = value.size();
    for (const auto& [key, mapped] : value) add_hash(seed, hash_fields(key, mapped));
    return seed;
  }
};
template <class... Ts>
struct Hash<std::tuple<Ts...>> {
  std::size_t operator()(const std::tuple<Ts...>& value) const noexcept {
    return std::apply([](const Ts&... parts) { return hash_fields(parts...); }, value);
  }
};
template <class T, std::uint32_t... Dims>
struct Hash<NumericArray<T, Dims...>> {
  std::size_t operator()(const NumericArray<T, Dims...>& value) const noexcept {
    std::size_t seed = hash_of(value.shape());
    for (const auto number : value.values()) add_hash(seed, hash_of(number));
    return seed;
  }
};

}  // namespace kameo

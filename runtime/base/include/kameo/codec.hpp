#pragma once

#include <kameo/box.hpp>
#include <kameo/coder.hpp>
#include <kameo/decimal.hpp>
#include <kameo/limit_check.hpp>
#include <kameo/numeric_array.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

/// The payload codec for C++ types: cereal's archive concept, split into three functions so that
/// a message is sized once and then written without growing. A generated type has them beside it:
///
///     std::size_t encoded_end(std::size_t at, const Tick&);  // offset after it, starting at `at`
///     void encode(kameo::Encoder&, const Tick&);
///     void decode(kameo::Decoder&, Tick&);
///
/// Containers call them for their elements. Format: docs/protocol.md, "Payload".
namespace kameo {

/// Found by argument-dependent look-up for generated types; specialised below for all others.
template <class T>
struct Codec {
  static std::size_t end(std::size_t at, const T& value) { return encoded_end(at, value); }
  static void write(Encoder& out, const T& value) { encode(out, value); }
  static void read(Decoder& in, T& value) { decode(in, value); }
};

/// The payload that `value` makes. Fails with `invalid_argument` where a value cannot travel (text
/// that is not UTF-8, an array that is not of its declared shape, a field beyond its limits) and
/// with `over_limit` where it nests too deep or is too large for 32 bits.
template <class T>
[[nodiscard]] Result<Bytes> encode_payload(const T& value, CodecLimits limits = {}) {
  Bytes bytes(Codec<T>::end(0, value));
  Encoder out(bytes, limits);
  Codec<T>::write(out, value);
  if (out.error()) return *out.error();
  if (auto broken = broken_limits(value, errc::invalid_argument)) return *broken;
  return bytes;
}

/// The value that a payload holds, all of it, within its limits. Fails with `bad_request` or
/// `over_limit`.
template <class T>
[[nodiscard]] Result<T> decode_payload(ByteView bytes, CodecLimits limits = {}) {
  T value{};
  Decoder in(bytes, limits);
  Codec<T>::read(in, value);
  in.finish();
  if (in.error()) return *in.error();
  if (auto broken = broken_limits(value, errc::bad_request)) return *broken;
  return value;
}

/// Encodes as many values as a struct has fields, in order. What generated code calls.
template <class... Fields>
[[nodiscard]] std::size_t fields_end(std::size_t at, const Fields&... fields) {
  ((at = Codec<Fields>::end(at, fields)), ...);
  return at;
}
template <class... Fields>
void encode_fields(Encoder& out, const Fields&... fields) {
  if (!out.enter()) return;
  (Codec<Fields>::write(out, fields), ...);
  out.leave();
}
template <class... Fields>
void decode_fields(Decoder& in, Fields&... fields) {
  if (!in.enter()) return;
  (Codec<Fields>::read(in, fields), ...);
  in.leave();
}

namespace detail {
constexpr std::size_t align_up(std::size_t at, std::size_t alignment) noexcept {
  return (at + alignment - 1) & ~(alignment - 1);
}

template <class Sequence>
std::size_t sequence_end(std::size_t at, const Sequence& sequence) {
  using Element = typename Sequence::value_type;
  at += 4;
  if constexpr (std::is_arithmetic_v<Element>) {
    return at + sequence.size() * (std::is_same_v<Element, bool> ? 1 : sizeof(Element));
  } else {
    for (const auto& element : sequence) at = Codec<Element>::end(at, element);
    return at;
  }
}
template <class Sequence>
void write_sequence(Encoder& out, const Sequence& sequence) {
  using Element = typename Sequence::value_type;
  out.count(sequence.size());
  for (const auto& element : sequence) Codec<Element>::write(out, element);
}
template <class T>
constexpr std::size_t min_bytes = std::is_arithmetic_v<T> ? sizeof(T) : 1;
}  // namespace detail

template <class T>
  requires std::is_arithmetic_v<T>
struct Codec<T> {
  static std::size_t end(std::size_t at, const T&) { return at + sizeof(T); }
  static void write(Encoder& out, const T& value) { out.put(value); }
  static void read(Decoder& in, T& value) { value = in.get<T>(); }
};

template <>
struct Codec<bool> {
  static std::size_t end(std::size_t at, bool) { return at + 1; }
  static void write(Encoder& out, bool value) { out.put(std::uint8_t{value}); }
  static void read(Decoder& in, bool& value) { value = in.flag(); }
};

template <>
struct Codec<std::string> {
  static std::size_t end(std::size_t at, const std::string& value) { return at + 4 + value.size(); }
  static void write(Encoder& out, const std::string& value) { out.text(value); }
  static void read(Decoder& in, std::string& value) { value = in.text(); }
};

template <>
struct Codec<Bytes> {
  static std::size_t end(std::size_t at, const Bytes& value) { return at + 4 + value.size(); }
  static void write(Encoder& out, const Bytes& value) { out.bytes(value); }
  static void read(Decoder& in, Bytes& value) {
    const auto view = in.bytes();
    value.assign(view.begin(), view.end());
  }
};

template <>
struct Codec<Duration> {
  static std::size_t end(std::size_t at, Duration) { return at + 8; }
  static void write(Encoder& out, Duration value) { out.put(std::int64_t{value.count()}); }
  static void read(Decoder& in, Duration& value) { value = Duration(in.get<std::int64_t>()); }
};

template <>
struct Codec<Timestamp> {
  static std::size_t end(std::size_t at, Timestamp) { return at + 8; }
  static void write(Encoder& out, Timestamp value) {
    Codec<Duration>::write(out, value.time_since_epoch());
  }
  static void read(Decoder& in, Timestamp& value) {
    value = Timestamp(Duration(in.get<std::int64_t>()));
  }
};

template <>
struct Codec<Uuid> {
  static std::size_t end(std::size_t at, const Uuid&) { return at + 16; }
  static void write(Encoder& out, const Uuid& value) { out.raw(value.bytes.data(), 16); }
  static void read(Decoder& in, Uuid& value) {
    const auto view = in.take(16);
    if (view.size() == 16) std::memcpy(value.bytes.data(), view.data(), 16);
  }
};

template <>
struct Codec<Decimal> {
  static constexpr std::size_t size = 19;  // low 8, high 8, exponent 2, sign 1
  static std::size_t end(std::size_t at, const Decimal&) { return at + size; }
  static void write(Encoder& out, const Decimal& value);
  static void read(Decoder& in, Decimal& value);
};

template <class T>
struct Codec<Box<T>> {
  static std::size_t end(std::size_t at, const Box<T>& value) { return Codec<T>::end(at, *value); }
  static void write(Encoder& out, const Box<T>& value) { Codec<T>::write(out, *value); }
  static void read(Decoder& in, Box<T>& value) { Codec<T>::read(in, *value); }
};

template <class T>
struct Codec<std::optional<T>> {
  static std::size_t end(std::size_t at, const std::optional<T>& value) {
    return value ? Codec<T>::end(at + 1, *value) : at + 1;
  }
  static void write(Encoder& out, const std::optional<T>& value) {
    out.put(std::uint8_t{value.has_value()});
    if (value) Codec<T>::write(out, *value);
  }
  static void read(Decoder& in, std::optional<T>& value) {
    if (in.flag()) {
      Codec<T>::read(in, value.emplace());
    } else {
      value.reset();
    }
  }
};

template <class T>
struct Codec<std::vector<T>> {
  static std::size_t end(std::size_t at, const std::vector<T>& value) {
    return detail::sequence_end(at, value);
  }
  static void write(Encoder& out, const std::vector<T>& value) {
    detail::write_sequence(out, value);
  }
  static void read(Decoder& in, std::vector<T>& value) {
    value.clear();
    // Grown as elements arrive, not by the peer's claim: an element in memory can be many times
    // its size on the wire.
    for (auto left = in.count(detail::min_bytes<T>); left > 0 && in.ok(); --left) {
      if constexpr (std::is_same_v<T, bool>) {
        value.push_back(in.flag());
      } else {
        Codec<T>::read(in, value.emplace_back());
      }
    }
  }
};

template <class T>
struct Codec<std::set<T>> {
  static std::size_t end(std::size_t at, const std::set<T>& value) {
    return detail::sequence_end(at, value);
  }
  static void write(Encoder& out, const std::set<T>& value) { detail::write_sequence(out, value); }
  static void read(Decoder& in, std::set<T>& value) {
    value.clear();
    for (auto left = in.count(detail::min_bytes<T>); left > 0 && in.ok(); --left) {
      T element{};
      Codec<T>::read(in, element);
      if (!value.insert(std::move(element)).second) in.fail("an element twice in a set");
    }
  }
};

template <class K, class V>
struct Codec<std::map<K, V>> {
  static std::size_t end(std::size_t at, const std::map<K, V>& value) {
    at += 4;
    for (const auto& [key, mapped] : value) at = Codec<V>::end(Codec<K>::end(at, key), mapped);
    return at;
  }
  static void write(Encoder& out, const std::map<K, V>& value) {
    out.count(value.size());
    for (const auto& [key, mapped] : value) {
      Codec<K>::write(out, key);
      Codec<V>::write(out, mapped);
    }
  }
  static void read(Decoder& in, std::map<K, V>& value) {
    value.clear();
    for (auto left = in.count(detail::min_bytes<K>); left > 0 && in.ok(); --left) {
      K key{};
      Codec<K>::read(in, key);
      const auto [place, added] = value.try_emplace(std::move(key));
      if (!added) in.fail("a key twice in a map");
      Codec<V>::read(in, place->second);
    }
  }
};

template <class T, std::size_t N>
struct Codec<std::array<T, N>> {
  static std::size_t end(std::size_t at, const std::array<T, N>& value) {
    for (const auto& element : value) at = Codec<T>::end(at, element);
    return at;
  }
  static void write(Encoder& out, const std::array<T, N>& value) {
    for (const auto& element : value) Codec<T>::write(out, element);
  }
  static void read(Decoder& in, std::array<T, N>& value) {
    for (auto& element : value) Codec<T>::read(in, element);
  }
};

template <class... Ts>
struct Codec<std::tuple<Ts...>> {
  using Tuple = std::tuple<Ts...>;
  static std::size_t end(std::size_t at, const Tuple& value) {
    return std::apply([at](const Ts&... parts) { return fields_end(at, parts...); }, value);
  }
  static void write(Encoder& out, const Tuple& value) {
    std::apply([&out](const Ts&... parts) { (Codec<Ts>::write(out, parts), ...); }, value);
  }
  static void read(Decoder& in, Tuple& value) {
    std::apply([&in](Ts&... parts) { (Codec<Ts>::read(in, parts), ...); }, value);
  }
};

template <class T, std::uint32_t... Dims>
struct Codec<NumericArray<T, Dims...>> {
  using Array = NumericArray<T, Dims...>;
  static std::size_t end(std::size_t at, const Array& value) {
    return detail::align_up(at + 4 * Array::rank, sizeof(T)) + value.size() * sizeof(T);
  }
  static void write(Encoder& out, const Array& value) {
    if (!value.is_valid()) {
      out.fail(Error(errc::invalid_argument, "a numeric array that is not of its declared shape"));
      return;
    }
    for (const auto dim : value.shape()) out.put(dim);
    out.align(sizeof(T));
    out.raw(value.values().data(), value.values().size_bytes());
  }
  static void read(Decoder& in, Array& value) {
    typename Array::Shape shape;
    for (std::size_t i = 0; i < Array::rank; ++i) {
      shape[i] = in.get<std::uint32_t>();
      if (Array::declared()[i] != 0 && shape[i] != Array::declared()[i]) {
        in.fail("a numeric array that is not of its declared shape");
      }
    }
    in.align(sizeof(T));
    const auto count = element_count(shape);
    if (count > in.left() / sizeof(T)) in.fail("a numeric array larger than its payload");
    if (!in.ok()) return;
    const auto view = in.take(count * sizeof(T));
    std::vector<T> values(count);
    if (!view.empty()) std::memcpy(values.data(), view.data(), view.size());
    value = Array(shape, std::move(values));
  }
};

}  // namespace kameo

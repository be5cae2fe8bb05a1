#pragma once

#include <kameo/box.hpp>
#include <kameo/bytes.hpp>
#include <kameo/codec.hpp>
#include <kameo/numeric_array.hpp>
#include <kameo/testing/draw_number.hpp>
#include <kameo/testing/draw_text.hpp>
#include <kameo/uuid.hpp>

#include <rapidcheck.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

/// Random values of the type model for rapidcheck, drawn piece by piece, so that it shrinks each
/// choice. Generated `generators.hpp` has for each type of a package
///
///     void draw(kameo::testing::Draw& from, Signal& value);
///
/// and a specialisation of rc::Arbitrary, so that a property just takes the type:
///
///     rc::check([](const trading::Signal& signal) { … });
///
/// What is drawn keeps the limits of the IDL, is finite, and equals itself: floats are never NaN.
namespace kameo::testing {

/// The limits of one field; those that it does not have keep their defaults. `Bound` is the type of
/// its number, of an optional one too.
template <class Bound>
struct Rules {
  std::optional<Bound> min = {};
  std::optional<Bound> max = {};
  std::optional<Bound> multiple_of = {};
  std::size_t shortest = 0;  ///< of a text in code points, else in bytes or elements
  std::size_t longest = detail::any_length;
  std::string_view pattern = {};
  bool unique = false;
};

namespace detail {

template <class T>
inline constexpr bool has_bounds = std::is_arithmetic_v<T> || std::is_same_v<T, Decimal> ||
                                   std::is_same_v<T, Duration> || std::is_same_v<T, Timestamp>;

/// What a T has no numbers of, has bounds that nobody sets: bool, only to be a type.
template <class T>
struct BoundOf : std::conditional<has_bounds<T>, T, bool> {};
template <class T>
struct BoundOf<std::optional<T>> : BoundOf<T> {};

/// How a T is drawn; generated types by their `draw`.
template <class T>
struct Drawn;

}  // namespace detail

template <class T>
using RulesOf = Rules<typename detail::BoundOf<T>::type>;

/// What values are drawn from; of use only where rapidcheck's `*gen` is: in a property and within
/// rc::gen::exec. Counts how deep it is, so that recursion ends.
class Draw {
 public:
  /// A value within the rules. Throws rc::GenerationFailure where none could be found: in practice
  /// for a pattern and a length that do not go together.
  template <class T>
  void operator()(T& value, const RulesOf<T>& rules = {}) {
    detail::Drawn<T>::into(*this, value, rules);
  }

  /// One of an enum's values, which are numbered from 0.
  template <class Enum>
  [[nodiscard]] static Enum enumerator(std::uint16_t count) {
    return static_cast<Enum>(detail::pick(count));
  }
  /// One of a union's variants; where it must end, that of number `last`.
  template <class... Variants>
  void alternative(std::variant<Variants...>& variants, std::size_t last) {
    const auto chosen = must_end() ? last : detail::pick(sizeof...(Variants));
    emplace(variants, chosen, std::index_sequence_for<Variants...>());
  }

  /// How many elements a container has.
  [[nodiscard]] std::size_t count(std::size_t least, std::size_t most) const {
    constexpr std::size_t widest = 10;
    const auto more = must_end() ? 0 : widest >> (depth_ == 0 ? 0 : depth_ - 1);
    return detail::length(least, std::min(most, least + more));
  }
  /// Whether it is so deep that optionals are empty and unions take the variant that ends.
  [[nodiscard]] bool must_end() const noexcept { return depth_ > deepest; }

  /// For as long as it lives, one generated type further down.
  class Level {
   public:
    explicit Level(Draw& from) noexcept : from_(from) { ++from_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --from_.depth_; }

   private:
    Draw& from_;
  };

 private:
  static constexpr unsigned deepest = 5;

  template <class Variant, std::size_t... Places>
  void emplace(Variant& variants, std::size_t chosen, std::index_sequence<Places...>) {
    (void)((chosen == Places && ((*this)(variants.template emplace<Places>()), true)) || ...);
  }

  unsigned depth_ = 0;
};

namespace detail {

template <class T>
struct Drawn {
  static void into(Draw& from, T& value, const RulesOf<T>& rules) {
    if constexpr (std::is_same_v<T, bool>) {
      value = pick(2) == 1;
    } else if constexpr (std::is_floating_point_v<T>) {
      value = real<T>(rules.min, rules.max);
    } else if constexpr (std::is_integral_v<T>) {
      value = integer<T>(rules.min, rules.max, rules.multiple_of);
    } else {
      const Draw::Level level(from);
      draw(from, value);  // beside the type, as its `encode` is
    }
  }
};
template <>
struct Drawn<Duration> {
  static void into(Draw&, Duration& value, const Rules<Duration>& rules) {
    const auto number = [](const std::optional<Duration>& bound) {
      return bound ? std::optional<std::int64_t>(bound->count()) : std::nullopt;
    };
    value = Duration(
        integer<std::int64_t>(number(rules.min), number(rules.max), number(rules.multiple_of)));
  }
};
template <>
struct Drawn<Timestamp> {
  static void into(Draw&, Timestamp& value, const Rules<Timestamp>& rules) {
    // The years 1 to 9999, which is what Python's datetime holds.
    constexpr std::int64_t earliest = -62135596800000000;
    constexpr std::int64_t latest = 253402300799999999;
    const auto number = [](const std::optional<Timestamp>& bound, std::int64_t otherwise) {
      return bound ? std::int64_t{bound->time_since_epoch().count()} : otherwise;
    };
    const auto first = number(rules.min, std::min(earliest, number(rules.max, latest)));
    const auto last = number(rules.max, std::max(latest, first));
    value = Timestamp(Duration(integer<std::int64_t>(first, last, std::nullopt)));
  }
};
template <>
struct Drawn<Decimal> {
  static void into(Draw&, Decimal& value, const Rules<Decimal>& rules) {
    value = decimal(rules.min, rules.max, rules.multiple_of);
  }
};
template <>
struct Drawn<Uuid> {
  static void into(Draw&, Uuid& value, const RulesOf<Uuid>&) {
    for (auto& byte : value.bytes) byte = static_cast<std::uint8_t>(pick(256));
  }
};
template <>
struct Drawn<std::string> {
  static void into(Draw&, std::string& value, const RulesOf<std::string>& rules) {
    value = rules.pattern.empty() ? text(rules.shortest, rules.longest)
                                  : matching(rules.pattern, rules.shortest, rules.longest);
  }
};
template <>
struct Drawn<Bytes> {
  static void into(Draw&, Bytes& value, const RulesOf<Bytes>& rules) {
    value.resize(length(rules.shortest, std::min(rules.longest, rules.shortest + 20)));
    for (auto& byte : value) byte = static_cast<std::byte>(pick(256));
  }
};

template <class T>
struct Drawn<Box<T>> {
  static void into(Draw& from, Box<T>& value, const RulesOf<Box<T>>&) { from(*value); }
};
template <class T>
struct Drawn<std::optional<T>> {
  static void into(Draw& from, std::optional<T>& value, const RulesOf<T>& rules) {
    value.reset();
    if (from.must_end() || pick(4) == 0) return;
    T held{};
    from(held, rules);
    value = std::move(held);
  }
};

/// Draws until there are as many as wanted that differ; `add` says whether one did. More than the
/// least are not insisted on.
template <class Add>
void add_distinct(std::size_t wanted, std::size_t least, const Add& add) {
  std::size_t added = 0;
  for (std::size_t tries = 0; added < wanted && tries < 20 * (wanted + 5); ++tries) added += add();
  if (added >= least) return;
  throw rc::GenerationFailure(concat("only ", added, " of ", least, " elements that differ"));
}

template <class T>
struct Drawn<std::vector<T>> {
  static void into(Draw& from, std::vector<T>& value, const RulesOf<std::vector<T>>& rules) {
    value.clear();
    std::set<Bytes> seen;
    add_distinct(from.count(rules.shortest, rules.longest), rules.shortest, [&] {
      T element{};
      from(element);
      if (rules.unique && !seen.insert(encoded(element)).second) return false;
      value.push_back(std::move(element));
      return true;
    });
  }

 private:
  /// Elements are equal where they make the same bytes.
  static Bytes encoded(const T& element) {
    Bytes bytes(Codec<T>::end(0, element));
    Encoder out(bytes);
    Codec<T>::write(out, element);
    return bytes;
  }
};
template <class T>
struct Drawn<std::set<T>> {
  static void into(Draw& from, std::set<T>& value, const RulesOf<std::set<T>>& rules) {
    value.clear();
    add_distinct(from.count(rules.shortest, rules.longest), rules.shortest, [&] {
      T element{};
      from(element);
      return value.insert(std::move(element)).second;
    });
  }
};
template <class K, class V>
struct Drawn<std::map<K, V>> {
  static void into(Draw& from, std::map<K, V>& value, const RulesOf<std::map<K, V>>& rules) {
    value.clear();
    add_distinct(from.count(rules.shortest, rules.longest), rules.shortest, [&] {
      K key{};
      from(key);
      V mapped{};
      from(mapped);
      return value.try_emplace(std::move(key), std::move(mapped)).second;
    });
  }
};
template <class T, std::size_t N>
struct Drawn<std::array<T, N>> {
  static void into(Draw& from, std::array<T, N>& value, const RulesOf<std::array<T, N>>&) {
    for (auto& element : value) from(element);
  }
};
template <class... Ts>
struct Drawn<std::tuple<Ts...>> {
  static void into(Draw& from, std::tuple<Ts...>& value, const RulesOf<std::tuple<Ts...>>&) {
    std::apply([&from](Ts&... parts) { (from(parts), ...); }, value);
  }
};
template <class T, std::uint32_t... Dims>
struct Drawn<NumericArray<T, Dims...>> {
  using Array = NumericArray<T, Dims...>;
  static void into(Draw& from, Array& value, const RulesOf<Array>&) {
    auto shape = Array::declared();
    for (auto& dim : shape) {
      if (dim == 0) dim = static_cast<std::uint32_t>(from.count(0, 5));
    }
    std::vector<T> numbers(element_count(shape));
    for (auto& number : numbers) from(number);
    value = Array(shape, std::move(numbers));
  }
};

}  // namespace detail

/// What generated code derives its rc::Arbitrary from.
template <class T>
struct Arbitrary {
  static rc::Gen<T> arbitrary() {
    return rc::gen::exec([] {
      Draw from;
      T value{};
      from(value);
      return value;
    });
  }
};

}  // namespace kameo::testing

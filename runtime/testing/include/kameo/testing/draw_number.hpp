#pragma once

#include <kameo/decimal.hpp>
#include <kameo/time.hpp>

#include <rapidcheck.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <iterator>
#include <limits>
#include <optional>
#include <type_traits>

/// Numbers for Draw: near zero, at the ends of their range and all over it, each often.
namespace kameo::testing::detail {

/// What every integer and every product of two of them fits into.
__extension__ typedef __int128 Wide;

/// 0 to n - 1, each as likely in the first case as in the last; shrinks to 0.
inline std::size_t pick(std::size_t n) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, n));
}
/// All of them, as likely as each other.
inline std::uint64_t any_bits() {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(
                                                0, std::numeric_limits<std::uint64_t>::max()));
}

/// `first` to `last`, which are at most 2^64 - 1 apart; shrinks to the one next to 0.
inline Wide between(Wide first, Wide last) {
  const auto nearest = std::clamp<Wide>(0, first, last);
  switch (pick(4)) {
    case 0:
      return std::clamp<Wide>(nearest + *rc::gen::inRange<std::int32_t>(-100, 101), first, last);
    case 1:
      return first;
    case 2:
      return last;
    default: {
      const auto span = static_cast<std::uint64_t>(last - first);
      const auto bits = any_bits();
      return first + static_cast<Wide>(span + 1 == 0 ? bits : bits % (span + 1));
    }
  }
}

inline Wide quotient_down(Wide a, Wide b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}
inline Wide quotient_up(Wide a, Wide b) {
  return -quotient_down(-a, b);
}

template <std::integral T>
T integer(std::optional<T> min, std::optional<T> max, std::optional<T> step) {
  using Limits = std::numeric_limits<T>;
  const Wide unit = step && *step != 0 ? Wide{*step} : Wide{1};
  const auto a = quotient_up(min.value_or(Limits::min()), unit);
  const auto b = quotient_down(max.value_or(Limits::max()), unit);
  // A negative unit turns them round.
  return static_cast<T>(between(std::min(a, b), std::max(a, b)) * unit);
}

/// Any but NaN.
template <std::floating_point T>
T real() {
  using Limits = std::numeric_limits<T>;
  switch (pick(3)) {
    case 0:
      return static_cast<T>(*rc::gen::inRange<std::int32_t>(-10000, 10001)) / T{100};
    case 1: {
      constexpr T special[] = {T{0},
                               -T{0},
                               Limits::max(),
                               Limits::lowest(),
                               Limits::min(),
                               Limits::denorm_min(),
                               Limits::infinity(),
                               -Limits::infinity(),
                               Limits::epsilon()};
      return special[pick(std::size(special))];
    }
    default: {
      using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
      const auto value = std::bit_cast<T>(static_cast<Bits>(any_bits()));
      return std::isnan(value) ? T{1} : value;
    }
  }
}
template <std::floating_point T>
T real(std::optional<T> min, std::optional<T> max) {
  using Limits = std::numeric_limits<T>;
  if (!min && !max) return real<T>();
  const auto low = min.value_or(-Limits::infinity());
  const auto high = max.value_or(Limits::infinity());
  switch (pick(5)) {
    case 0:
      return std::clamp(T{0}, low, high);
    case 1:
      return low;
    case 2:
      return high;
    case 3: {
      // Some point of the range: its ends are infinite where there is no limit.
      const auto part = static_cast<T>(pick(1000001)) / T{1000000};
      const auto point =
          std::lerp(std::max(low, Limits::lowest()), std::min(high, Limits::max()), part);
      return std::clamp(point, low, high);
    }
    default:
      return std::clamp(real<T>(), low, high);
  }
}

/// A decimal as an integer of units of 10^exponent. False where it is none that fits well.
inline bool in_units(const Decimal& number, int exponent, Wide& units) {
  constexpr Wide most = Wide{1} << 120;
  if (number.high >= std::uint64_t{1} << 56 || number.exponent < exponent) return false;
  units = (static_cast<Wide>(number.high) << 64) | static_cast<Wide>(number.low);
  for (auto e = int{number.exponent}; e > exponent && units != 0; --e) {
    if (units > most / 10) return false;
    units *= 10;
  }
  if (number.negative) units = -units;
  return true;
}
inline Decimal from_units(Wide units, int exponent) {
  const bool negative = units < 0;
  if (negative) units = -units;
  return {static_cast<std::uint64_t>(units >> 64), static_cast<std::uint64_t>(units),
          static_cast<std::int16_t>(exponent), negative};
}

inline Decimal decimal() {
  if (pick(4) != 3) {
    return from_units(between(-1'000'000'000, 1'000'000'000), *rc::gen::inRange<int>(-6, 7));
  }
  // Up to 34 digits, and exponents as far as they go.
  constexpr std::size_t most_high = 542'101'086'242'752;  // 10^34 / 2^64
  return {pick(most_high), any_bits(),
          static_cast<std::int16_t>(between(Decimal::min_exponent, Decimal::max_exponent)),
          pick(2) == 1};
}

inline bool is_within(const Decimal& number, const std::optional<Decimal>& min,
                      const std::optional<Decimal>& max, const std::optional<Decimal>& step) {
  return is_valid(number) && (!min || compare(*min, number) <= 0) &&
         (!max || compare(number, *max) <= 0) && (!step || is_multiple_of(number, *step));
}

inline Decimal decimal(const std::optional<Decimal>& min, const std::optional<Decimal>& max,
                       const std::optional<Decimal>& step) {
  if (!min && !max && !step) return decimal();
  // In units of the finest of them; finer ones too where no step forbids it.
  int exponent = step ? int{step->exponent} : 0;
  if (min) exponent = std::min(exponent, int{min->exponent});
  if (max) exponent = std::min(exponent, int{max->exponent});
  if (!step) exponent -= static_cast<int>(pick(3));
  Wide unit = 1;
  Wide low = 0;
  Wide high = 0;
  const bool countable = (!step || in_units(*step, exponent, unit)) &&
                         (!min || in_units(*min, exponent, low)) &&
                         (!max || in_units(*max, exponent, high)) && unit != 0;
  if (countable) {
    constexpr Wide wide = Wide{1} << 62;
    const auto size = unit < 0 ? -unit : unit;
    auto first = min ? quotient_up(low, size) : max ? quotient_down(high, size) - wide : -wide;
    const auto last = max ? quotient_down(high, size) : first + 2 * wide;
    first = std::max(first, last - 2 * wide);
    if (first <= last) {
      // A product of that many digits need not fit; then one that is near does.
      for (const auto units : {between(first, last), std::clamp<Wide>(0, first, last)}) {
        constexpr Wide most = Wide{1} << 120;
        if (units > most / size || units < -most / size) continue;
        const auto made = from_units(units * size, exponent);
        if (is_within(made, min, max, step)) return made;
      }
    }
  }
  // Numbers too far apart to be counted through.
  for (const auto& end : {min, max, std::optional<Decimal>(Decimal{}), step}) {
    if (end && is_within(*end, min, max, step)) return *end;
  }
  throw rc::GenerationFailure("no decimal found within the limits");
}

}  // namespace kameo::testing::detail

#pragma once

#include <kameo/result.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace kameo {

/// A decimal number, coefficient × 10^exponent; the C++ type of the IDL's `decimal`. At most 34
/// digits (decimal128's precision); exponent -6176 to 6111. `1.0` and `1.00` are different values,
/// as in Python's `Decimal.compare_total`: what went in comes out.
struct Decimal {
  std::uint64_t high = 0;  ///< upper 64 bits of the coefficient
  std::uint64_t low = 0;   ///< lower 64 bits
  std::int16_t exponent = 0;
  bool negative = false;

  static constexpr int max_digits = 34;
  static constexpr int min_exponent = -6176;
  static constexpr int max_exponent = 6111;

  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Whether coefficient and exponent are within the limits above.
[[nodiscard]] bool is_valid(const Decimal& number) noexcept;

/// By what they are worth: `1.0` and `1.00` are equal here, and so are 0 and -0.
[[nodiscard]] std::strong_ordering compare(const Decimal& a, const Decimal& b) noexcept;
/// Exactly, whatever the exponents. `step` must not be 0.
[[nodiscard]] bool is_multiple_of(const Decimal& number, const Decimal& step) noexcept;

/// Python's `str(Decimal)`: `-1.50`, `1E+3`.
[[nodiscard]] std::string to_string(const Decimal& number);
/// Reads `[+-]digits[.digits][E[+-]digits]`. Fails with `invalid_argument`, also for more than 34
/// digits, an exponent beyond the limits, NaN and infinities.
[[nodiscard]] Result<Decimal> parse_decimal(std::string_view text);

}  // namespace kameo

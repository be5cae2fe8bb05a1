#pragma once

#include <kameo/schema/type.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace kameo::schema {

/// A number exactly as its text says it, so that limits hold for 2^64-1 and for 0.1 alike.
class Exact {
 public:
  /// `-12`, `1.50`, `1e-3`; none for anything else.
  [[nodiscard]] static std::optional<Exact> parse(std::string_view text);

  [[nodiscard]] std::strong_ordering compare(const Exact& other) const;
  /// `step` must not be 0.
  [[nodiscard]] bool is_multiple_of(const Exact& step) const;
  [[nodiscard]] bool is_zero() const noexcept { return digits_.empty(); }
  [[nodiscard]] bool is_negative() const noexcept { return negative_; }
  [[nodiscard]] bool is_integer() const noexcept { return exponent_ >= 0; }

 private:
  /// The digits of |this| × 10^-exponent, for an exponent that is not above ours.
  [[nodiscard]] std::string scaled(long exponent) const;

  // Without leading and trailing zeros; empty for 0.
  std::string digits_;
  long exponent_ = 0;
  bool negative_ = false;
};

/// The number that a scalar of `kind` stands for, durations and timestamps in microseconds; none
/// where it is none, infinities and NaN too.
[[nodiscard]] std::optional<Exact> number_of(Kind kind, const std::string& text);

}  // namespace kameo::schema

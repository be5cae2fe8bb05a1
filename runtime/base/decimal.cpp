#include <kameo/decimal.hpp>

#include "escape.hpp"

#include <algorithm>

namespace kameo {
namespace {

__extension__ using u128 = unsigned __int128;

constexpr u128 power_of_ten(int exponent) {
  u128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

u128 coefficient(const Decimal& number) noexcept {
  return u128{number.high} << 64U | number.low;
}

std::string digits_of(u128 number) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Takes the digits at the start of `text` off it.
std::string_view take_digits(std::string_view& text) noexcept {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take(std::string_view& text, std::string_view any_of) noexcept {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

bool is_valid(const Decimal& number) noexcept {
  return coefficient(number) < power_of_ten(Decimal::max_digits) &&
         number.exponent >= Decimal::min_exponent && number.exponent <= Decimal::max_exponent;
}

// The rules of "to-scientific-string" in the General Decimal Arithmetic Specification.
std::string to_string(const Decimal& number) {
  const auto digits = digits_of(coefficient(number));
  const auto length = static_cast<int>(digits.size());
  const int before_point = length + number.exponent;
  const bool plain = number.exponent <= 0 && before_point > -6;
  const int point = plain ? before_point : 1;

  std::string text = number.negative ? "-" : "";
  if (point <= 0) {
    text += concat("0.", std::string(static_cast<std::size_t>(-point), '0'), digits);
  } else {
    text += digits.substr(0, static_cast<std::size_t>(point));
    if (point < length) text += concat('.', digits.substr(static_cast<std::size_t>(point)));
  }
  if (!plain && before_point != 1) {
    const int exponent = before_point - 1;
    text += concat('E', exponent < 0 ? "" : "+", exponent);
  }
  return text;
}

Result<Decimal> parse_decimal(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return fail(errc::invalid_argument, quoted(text), " is no decimal: ", why);
  };
  auto rest = text;
  Decimal number;
  number.negative = rest.starts_with('-');
  take(rest, "+-");
  const auto whole = take_digits(rest);
  if (whole.empty()) return refuse("digits are expected");
  std::string_view fraction;
  if (take(rest, ".")) {
    fraction = take_digits(rest);
    if (fraction.empty()) return refuse("digits are expected after the point");
  }
  // Text of any length may come here, so exponents are kept where they cannot overflow.
  constexpr std::int64_t far = 1'000'000'000;
  std::int64_t exponent = 0;
  if (take(rest, "eE")) {
    const bool negative = rest.starts_with('-');
    take(rest, "+-");
    const auto digits = take_digits(rest);
    if (digits.empty()) return refuse("digits are expected after the E");
    for (const char digit : digits) exponent = std::min(exponent * 10 + (digit - '0'), far);
    if (negative) exponent = -exponent;
  }
  if (!rest.empty()) return refuse("[+-]digits[.digits][E[+-]digits] is expected");

  u128 value = 0;
  int significant = 0;
  for (const auto part : {whole, fraction}) {
    for (const char digit : part) {
      if (significant > 0 || digit != '0') ++significant;
      if (significant > Decimal::max_digits) return refuse("it has more than 34 digits");
      value = value * 10 + static_cast<u128>(digit - '0');
    }
  }
  exponent -= static_cast<std::int64_t>(fraction.size());
  if (exponent < Decimal::min_exponent || exponent > Decimal::max_exponent) {
    return refuse("its exponent is beyond -6176 to 6111");
  }
  number.high = static_cast<std::uint64_t>(value >> 64U);
  number.low = static_cast<std::uint64_t>(value);
  number.exponent = static_cast<std::int16_t>(exponent);
  return number;
}

}  // namespace kameo

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

namespace {

/// Coefficient and exponent without the coefficient's last zeros, so that equal worths look equal.
struct Worth {
  u128 digits;
  int exponent;
};

Worth worth_of(const Decimal& number) noexcept {
  Worth worth{coefficient(number), number.exponent};
  while (worth.digits != 0 && worth.digits % 10 == 0) {
    worth.digits /= 10;
    ++worth.exponent;
  }
  return worth;
}

int length_of(u128 digits) noexcept {
  int length = 0;
  for (; digits != 0; digits /= 10) ++length;
  return length;
}

/// Of two numbers above 0.
std::strong_ordering compare_sizes(Worth a, Worth b) noexcept {
  const int length_a = length_of(a.digits);
  const int length_b = length_of(b.digits);
  const int top_a = length_a + a.exponent;
  const int top_b = length_b + b.exponent;
  if (top_a != top_b) return top_a <=> top_b;
  // The first digits stand at the same place: as many digits each makes them comparable, and
  // with 34 at most both fit.
  a.digits *= power_of_ten(std::max(0, length_b - length_a));
  b.digits *= power_of_ten(std::max(0, length_a - length_b));
  return a.digits < b.digits   ? std::strong_ordering::less
         : a.digits > b.digits ? std::strong_ordering::greater
                               : std::strong_ordering::equal;
}

/// (a * b) % modulus for numbers below 10^34 < 2^113, whose product would not fit.
u128 multiply(u128 a, u128 b, u128 modulus) noexcept {
  u128 sum = 0;
  for (a %= modulus; b != 0; b >>= 1U) {
    if ((b & 1U) != 0) sum = (sum + a) % modulus;
    a = (a + a) % modulus;
  }
  return sum;
}

}  // namespace

std::strong_ordering compare(const Decimal& a, const Decimal& b) noexcept {
  const auto worth_a = worth_of(a);
  const auto worth_b = worth_of(b);
  const int sign_a = worth_a.digits == 0 ? 0 : a.negative ? -1 : 1;
  const int sign_b = worth_b.digits == 0 ? 0 : b.negative ? -1 : 1;
  if (sign_a != sign_b) return sign_a <=> sign_b;
  if (sign_a == 0) return std::strong_ordering::equal;
  return sign_a > 0 ? compare_sizes(worth_a, worth_b) : compare_sizes(worth_b, worth_a);
}

bool is_multiple_of(const Decimal& number, const Decimal& step) noexcept {
  const auto whole = worth_of(number);
  const auto part = worth_of(step);
  if (whole.digits == 0) return true;
  if (part.digits == 0) return false;
  auto shift = whole.exponent - part.exponent;
  // Its last digit is none of zero and stands below the step's: nothing can make up for that but
  // a step whose own digits hold the missing tens, and those were taken off it.
  if (shift < 0) return false;
  auto rest = whole.digits % part.digits;
  for (u128 factor = 10; shift != 0; shift >>= 1, factor = multiply(factor, factor, part.digits)) {
    if ((shift & 1) != 0) rest = multiply(rest, factor, part.digits);
  }
  return rest == 0;
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

#include <kameo/schema/exact.hpp>

#include <kameo/time.hpp>

#include <algorithm>
#include <charconv>

namespace kameo::schema {
namespace {

constexpr long largest_exponent = 100000;  // bounds the digits that scaling writes

std::strong_ordering compare_digits(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

/// a - b for digits without leading zeros and a ≥ b.
void subtract(std::string& a, std::string_view b) {
  int borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto& digit = a[a.size() - 1 - i];
    const int taken = (i < b.size() ? b[b.size() - 1 - i] - '0' : 0) + borrow;
    const int left = digit - '0' - taken;
    borrow = left < 0 ? 1 : 0;
    digit = static_cast<char>('0' + left + 10 * borrow);
  }
  a.erase(0, std::min(a.find_first_not_of('0'), a.size()));
}

}  // namespace

std::optional<Exact> Exact::parse(std::string_view text) {
  Exact number;
  number.negative_ = text.starts_with('-');
  if (number.negative_) text.remove_prefix(1);
  bool point = false;
  std::size_t at = 0;
  std::size_t count = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      ++count;
      if (point) --number.exponent_;
      if (c != '0' || !number.digits_.empty()) number.digits_ += c;
    } else {
      break;
    }
  }
  if (count == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && text[at] == '+') ++at;
    long exponent = 0;
    const auto [stop, error] =
        std::from_chars(text.data() + at, text.data() + text.size(), exponent);
    if (error != std::errc() || std::max(exponent, -exponent) > largest_exponent)
      return std::nullopt;
    number.exponent_ += exponent;
    at = static_cast<std::size_t>(stop - text.data());
  }
  if (at != text.size()) return std::nullopt;
  while (number.digits_.ends_with('0')) {
    number.digits_.pop_back();
    ++number.exponent_;
  }
  if (number.is_zero()) {
    number.negative_ = false;
    number.exponent_ = 0;
  }
  return number;
}

std::string Exact::scaled(long exponent) const {
  return is_zero() ? std::string()
                   : digits_ + std::string(static_cast<std::size_t>(exponent_ - exponent), '0');
}

std::strong_ordering Exact::compare(const Exact& other) const {
  if (negative_ != other.negative_) {
    return negative_ ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  const auto common = std::min(exponent_, other.exponent_);
  const auto absolute = compare_digits(scaled(common), other.scaled(common));
  return negative_ ? 0 <=> absolute : absolute;
}

bool Exact::is_multiple_of(const Exact& step) const {
  const auto common = std::min(exponent_, step.exponent_);
  const auto divisor = step.scaled(common);
  std::string rest;
  for (const char digit : scaled(common)) {  // long division, of which only the rest is wanted
    if (!rest.empty() || digit != '0') rest += digit;
    while (compare_digits(rest, divisor) >= 0) subtract(rest, divisor);
  }
  return rest.empty();
}

std::optional<Exact> number_of(Kind kind, const std::string& text) {
  if (kind == Kind::duration) {
    const auto length = parse_duration(text);
    return length ? Exact::parse(std::to_string(length->count())) : std::nullopt;
  }
  if (kind == Kind::timestamp) {
    const auto at = parse_timestamp(text);
    return at ? Exact::parse(std::to_string(at->time_since_epoch().count())) : std::nullopt;
  }
  return Exact::parse(text.starts_with('+') ? std::string_view(text).substr(1) : text);
}

}  // namespace kameo::schema

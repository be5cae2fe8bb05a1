#include <kameo/time.hpp>

#include "escape.hpp"

#include <array>
#include <cstdint>
#include <limits>

namespace kameo {
namespace {

__extension__ using i128 = __int128;

// std::chrono::year ends at 32767, an int64 of microseconds at year 294247: so the calendar is
// computed here, in 64 bits. "chrono-Compatible Low-Level Date Algorithms", Howard Hinnant.
struct Date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept {
  return a / b - (a % b < 0 ? 1 : 0);
}

constexpr std::int64_t days_from_date(Date date) noexcept {
  const auto year = date.year - (date.month <= 2 ? 1 : 0);
  const auto era = floor_div(year, 400);
  const auto year_of_era = year - era * 400;
  const std::int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
  const auto day_of_year = (153 * month + 2) / 5 + date.day - 1;
  const auto day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

constexpr Date date_from_days(std::int64_t days) noexcept {
  days += 719468;
  const auto era = floor_div(days, 146097);
  const auto day_of_era = days - era * 146097;
  const auto year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const auto day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto month = (5 * day_of_year + 2) / 153;
  const auto day = day_of_year - (153 * month + 2) / 5 + 1;
  const auto civil_month = month < 10 ? month + 3 : month - 9;
  return {year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0), static_cast<unsigned>(civil_month),
          static_cast<unsigned>(day)};
}

constexpr unsigned days_in_month(std::int64_t year, unsigned month) noexcept {
  constexpr std::array<unsigned, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[month - 1];
}

std::string padded(std::uint64_t number, std::size_t width) {
  auto digits = std::to_string(number);
  return digits.size() >= width ? digits : std::string(width - digits.size(), '0') + digits;
}

/// Reads a text from its front. Every read that does not fit spoils it for good.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  /// A number of `min` to `max` digits.
  std::int64_t number(std::size_t min, std::size_t max) {
    std::int64_t value = 0;
    std::size_t digits = 0;
    while (digits < max && digits < text_.size() && is_digit(text_[digits])) {
      value = value * 10 + (text_[digits++] - '0');
    }
    good_ = good_ && digits >= min;
    text_.remove_prefix(digits);
    return value;
  }
  bool accept(std::string_view any_of) {
    if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(std::string_view any_of) { good_ = accept(any_of) && good_; }
  [[nodiscard]] bool at_digit() const { return !text_.empty() && is_digit(text_.front()); }
  [[nodiscard]] char front() const { return text_.empty() ? '\0' : text_.front(); }
  [[nodiscard]] bool starts_with(std::string_view start) const { return text_.starts_with(start); }
  void skip(std::size_t n) { text_.remove_prefix(n); }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  static constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

  std::string_view text_;
  bool good_ = true;
};

/// What `digits` decimals mean in millionths.
std::int64_t scaled_to_micro(std::int64_t fraction, std::size_t digits) {
  for (; digits < 6; ++digits) fraction *= 10;
  return fraction;
}

bool fits(i128 microseconds) noexcept {
  return microseconds >= std::numeric_limits<std::int64_t>::min() &&
         microseconds <= std::numeric_limits<std::int64_t>::max();
}

struct Unit {
  std::string_view name;
  std::int64_t microseconds;
};
// Largest first. `ms` stands before `m` where they are looked up.
constexpr std::array<Unit, 6> units{{{"d", 86'400'000'000},
                                     {"h", 3'600'000'000},
                                     {"m", 60'000'000},
                                     {"s", 1'000'000},
                                     {"ms", 1'000},
                                     {"us", 1}}};

/// The index of the unit that `in` stands at; `units.size()` for none.
std::size_t unit_at(const Scanner& in) {
  if (in.starts_with("ms")) return 4;
  if (in.starts_with("us")) return 5;
  for (std::size_t i = 0; i < 4; ++i) {
    if (in.starts_with(units[i].name)) return i;
  }
  return units.size();
}

}  // namespace

std::string to_string(Timestamp at) {
  const auto total = at.time_since_epoch().count();
  const auto seconds = floor_div(total, 1'000'000);
  // total - seconds * 1'000'000 would overflow for the very first second.
  const auto rest = total % 1'000'000;
  const auto micro = static_cast<std::uint64_t>(rest < 0 ? rest + 1'000'000 : rest);
  const auto days = floor_div(seconds, 86400);
  const auto second_of_day = static_cast<std::uint64_t>(seconds - days * 86400);
  const auto date = date_from_days(days);

  std::string text;
  if (date.year >= 0 && date.year <= 9999) {
    text = padded(static_cast<std::uint64_t>(date.year), 4);
  } else {
    text = concat(date.year < 0 ? '-' : '+',
                  padded(static_cast<std::uint64_t>(date.year < 0 ? -date.year : date.year), 6));
  }
  text += concat('-', padded(date.month, 2), '-', padded(date.day, 2), 'T',
                 padded(second_of_day / 3600, 2), ':', padded(second_of_day / 60 % 60, 2), ':',
                 padded(second_of_day % 60, 2));
  if (micro != 0) {
    auto decimals = padded(micro, 6);
    decimals.erase(decimals.find_last_not_of('0') + 1);
    text += concat('.', decimals);
  }
  return text + 'Z';
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return fail(errc::invalid_argument, quoted(text), " is no timestamp: ", why);
  };
  constexpr std::string_view form = "a time such as `2026-11-21T09:30:00.25Z` is expected";

  Scanner in(text);
  Date date{};
  const char sign = in.front();
  if (in.accept("+-")) {
    date.year = in.number(6, 9);
    if (sign == '-' && date.year == 0) return refuse("there is no year -0");
    if (sign == '-') date.year = -date.year;
  } else {
    date.year = in.number(4, 4);
  }
  in.expect("-");
  date.month = static_cast<unsigned>(in.number(2, 2));
  in.expect("-");
  date.day = static_cast<unsigned>(in.number(2, 2));
  in.expect("Tt");
  const auto hour = in.number(2, 2);
  in.expect(":");
  const auto minute = in.number(2, 2);
  in.expect(":");
  const auto second = in.number(2, 2);
  std::int64_t micro = 0;
  if (in.good() && in.accept(".")) {
    std::size_t digits = 0;
    for (; digits < 6 && in.at_digit(); ++digits) micro = micro * 10 + in.number(1, 1);
    if (digits == 0) return refuse(form);
    if (in.at_digit()) return refuse("it has more than six decimals");
    micro = scaled_to_micro(micro, digits);
  }
  std::int64_t offset_minutes = 0;
  if (in.good() && !in.accept("Zz")) {
    const bool west = in.front() == '-';
    in.expect("+-");
    const auto hours = in.number(2, 2);
    in.expect(":");
    const auto minutes = in.number(2, 2);
    if (in.good() && (hours > 23 || minutes > 59)) return refuse("its offset is beyond 23:59");
    offset_minutes = (hours * 60 + minutes) * (west ? -1 : 1);
  }
  if (!in.good() || !in.at_end()) return refuse(form);

  if (date.month < 1 || date.month > 12) return refuse("its month is not 1 to 12");
  if (date.day < 1 || date.day > days_in_month(date.year, date.month)) {
    return refuse("the month has no such day");
  }
  if (hour > 23 || minute > 59) return refuse("its time of day is beyond 23:59");
  if (second > 59) return refuse("its seconds are beyond 59; leap seconds have no place in it");

  const auto seconds =
      days_from_date(date) * 86400 + hour * 3600 + (minute - offset_minutes) * 60 + second;
  const auto total = i128{seconds} * 1'000'000 + micro;
  if (!fits(total)) return refuse("it does not fit 64 bits of microseconds");
  return Timestamp(Duration(static_cast<std::int64_t>(total)));
}

std::string to_string(Duration length) {
  if (length.count() == 0) return "0s";
  // Unsigned, because the least int64 has no positive twin.
  auto left = static_cast<std::uint64_t>(length.count());
  std::string text;
  if (length.count() < 0) {
    left = 0 - left;
    text = "-";
  }
  for (const auto& unit : units) {
    const auto size = static_cast<std::uint64_t>(unit.microseconds);
    if (left >= size) text += concat(left / size, unit.name);
    left %= size;
  }
  return text;
}

Result<Duration> parse_duration(std::string_view text) {
  const auto refuse = [&](std::string_view why) {
    return fail(errc::invalid_argument, quoted(text), " is no duration: ", why);
  };
  constexpr std::string_view too_long = "it does not fit 64 bits of microseconds";

  Scanner in(text);
  const bool negative = in.front() == '-';
  in.accept("+-");
  i128 total = 0;
  std::size_t smallest_allowed = 0;  // in `units`: they come largest first, each once
  do {
    if (!in.at_digit()) {
      return refuse("numbers with a unit are expected, such as `1h30m` or `250ms`");
    }
    i128 whole = 0;
    while (in.at_digit()) {
      whole = whole * 10 + in.number(1, 1);
      if (!fits(whole)) return refuse(too_long);
    }
    std::int64_t fraction = 0;
    std::int64_t fraction_of = 1;
    if (in.accept(".")) {
      if (!in.at_digit()) return refuse("digits are expected after the point");
      while (in.at_digit()) {
        const auto digit = in.number(1, 1);
        // No unit holds more than 11 decimals of whole microseconds; zeros change nothing.
        if (fraction_of >= 1'000'000'000'000) {
          if (digit != 0) return refuse("it is not a whole number of microseconds");
          continue;
        }
        fraction = fraction * 10 + digit;
        fraction_of *= 10;
      }
    }
    const auto index = unit_at(in);
    if (index == units.size()) return refuse("its unit is not one of d, h, m, s, ms, us");
    if (index < smallest_allowed) return refuse("its units are not from large to small, each once");
    in.skip(units[index].name.size());
    smallest_allowed = index + 1;

    const auto part = i128{fraction} * units[index].microseconds;
    if (part % fraction_of != 0) return refuse("it is not a whole number of microseconds");
    total += whole * units[index].microseconds + part / fraction_of;
    if (!fits(negative ? -total : total)) return refuse(too_long);
  } while (!in.at_end());
  return Duration(static_cast<std::int64_t>(negative ? -total : total));
}

}  // namespace kameo

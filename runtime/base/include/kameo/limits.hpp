#pragma once

#include <kameo/codec.hpp>
#include <kameo/decimal.hpp>
#include <kameo/limit_check.hpp>
#include <kameo/pattern.hpp>
#include <kameo/print.hpp>
#include <kameo/time.hpp>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

/// The single limits, for the `check_limits` of generated types:
///
///     kameo::Limited(check, "size", value.size, "u32 in 1..10000")
///         .at_least(Limits::size_min).at_most(Limits::size_max);
namespace kameo {
namespace detail {

/// NaN is not at most anything, nor anything at most NaN.
template <class T>
bool is_at_most(const T& a, const T& b) {
  return a <= b;
}
inline bool is_at_most(const Decimal& a, const Decimal& b) {
  return compare(a, b) <= 0;
}

template <std::integral T>
bool is_multiple(T value, T step) {
  return value % step == 0;
}
inline bool is_multiple(Duration value, Duration step) {
  return value % step == Duration{};
}
inline bool is_multiple(const Decimal& value, const Decimal& step) {
  return is_multiple_of(value, step);
}

/// Text in code points, all else in bytes or elements.
inline std::size_t length_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}
template <class Container>
std::size_t length_of(const Container& elements)
  requires(!std::convertible_to<const Container&, std::string_view>)
{
  return elements.size();
}

}  // namespace detail

/// One field against its limits: notes the first that it breaks. Of an optional field the limits
/// are those of the value in it; none breaks none.
template <class T>
class Limited {
 public:
  /// The arguments must outlive it, which they do in the one expression that it is made for.
  Limited(LimitCheck& check, std::string_view field, const T& value, std::string_view expected,
          bool secret = false)
      : check_(check), field_(field), value_(&value), expected_(expected), secret_(secret) {}
  Limited(LimitCheck& check, std::string_view field, const std::optional<T>& value,
          std::string_view expected, bool secret = false)
      : check_(check),
        field_(field),
        value_(value ? &*value : nullptr),
        expected_(expected),
        secret_(secret) {}

  const Limited& at_least(const T& min) const {
    return keep([&](const T& value) { return detail::is_at_most(min, value); });
  }
  const Limited& at_most(const T& max) const {
    return keep([&](const T& value) { return detail::is_at_most(value, max); });
  }
  const Limited& multiple_of(const T& step) const {
    return keep([&](const T& value) { return detail::is_multiple(value, step); });
  }
  const Limited& shortest(std::size_t least) const {
    return keep([&](const T& value) { return detail::length_of(value) >= least; });
  }
  const Limited& longest(std::size_t most) const {
    return keep([&](const T& value) { return detail::length_of(value) <= most; });
  }
  const Limited& matching(const Pattern& pattern) const {
    return keep([&](const T& value) { return pattern.matches(value); });
  }
  /// Elements are equal where they make the same bytes, as in every language.
  const Limited& unique() const {
    return keep([](const T& value) { return !has_equals(value); });
  }

 private:
  template <class Keeps>
  const Limited& keep(const Keeps& keeps) const {
    if (value_ == nullptr || broken_ || keeps(*value_)) return *this;
    broken_ = true;
    const LimitCheck::Step step(check_, field_, secret_);
    check_.violate(expected_, check_.in_secret() ? std::string() : shown());
    return *this;
  }

  static bool has_equals(const T& elements) {
    using Element = typename T::value_type;
    std::set<Bytes> seen;
    for (const Element& element : elements) {
      Bytes bytes(Codec<Element>::end(0, element));
      Encoder out(bytes);
      Codec<Element>::write(out, element);
      if (!seen.insert(std::move(bytes)).second) return true;
    }
    return false;
  }

  [[nodiscard]] std::string shown() const {
    std::ostringstream out;
    print(out, *value_);
    auto text = std::move(out).str();
    constexpr std::size_t longest_shown = 60;
    if (text.size() <= longest_shown) return text;
    auto end = longest_shown;
    while ((static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text + "…";
  }

  LimitCheck& check_;
  std::string_view field_;
  const T* value_;
  std::string_view expected_;
  bool secret_;
  mutable bool broken_ = false;
};

template <class T>
Limited(LimitCheck&, std::string_view, const std::optional<T>&, std::string_view) -> Limited<T>;
template <class T>
Limited(LimitCheck&, std::string_view, const std::optional<T>&, std::string_view, bool)
    -> Limited<T>;

}  // namespace kameo

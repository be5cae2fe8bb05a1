#pragma once

#include <kameo/decimal.hpp>
#include <kameo/pattern.hpp>
#include <kameo/schema/type.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kameo::python {

/// The limits of one field as numbers, made from the IDL's texts once.
struct Rules {
  template <class Number>
  struct Range {
    std::optional<Number> min;
    std::optional<Number> max;
    std::optional<Number> step;
  };
  /// Integers up to i64, u64, floats, decimals; µs of a duration or timestamp stand as i64.
  std::variant<std::monostate, Range<std::int64_t>, Range<std::uint64_t>, Range<double>,
               Range<Decimal>>
      range;
  std::optional<std::uint64_t> min_size;  ///< code points, bytes or elements
  std::optional<std::uint64_t> max_size;
  std::optional<Pattern> pattern;
  bool unique = false;
  std::string text;  ///< ` in 1..10000`: what to say after the type's name

  // Whether a value of the field's kind keeps them.
  [[nodiscard]] bool allow(std::int64_t value) const;
  [[nodiscard]] bool allow(std::uint64_t value) const;
  [[nodiscard]] bool allow(double value) const;  ///< NaN is within no limits
  [[nodiscard]] bool allow(const Decimal& value) const;
  [[nodiscard]] bool allow_size(std::size_t size) const noexcept;
  [[nodiscard]] bool allow_text(std::string_view utf8) const {
    return !pattern || pattern->matches(utf8);
  }
};

/// Null where the field has no limits.
[[nodiscard]] std::unique_ptr<Rules> make_rules(const schema::Limits& limits, schema::Kind kind);

}  // namespace kameo::python

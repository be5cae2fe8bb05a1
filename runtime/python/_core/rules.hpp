#pragma once

#include "ref.hpp"

#include <kameo/schema/type.hpp>

#include <memory>
#include <optional>
#include <string>
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
  /// Integers up to i64, u64, floats; µs of a duration or timestamp stand as i64.
  std::variant<std::monostate, Range<std::int64_t>, Range<std::uint64_t>, Range<double>> range;
  Ref decimal_min;  ///< `decimal.Decimal`
  Ref decimal_max;
  std::optional<std::uint64_t> min_size;  ///< code points, bytes or elements
  std::optional<std::uint64_t> max_size;
  Ref pattern;  ///< a compiled pattern's `fullmatch`
  bool unique = false;
  std::string text;  ///< ` in 1..10000`: what to say after the type's name
};

/// Null without an exception where the field has no limits; `*failed` tells of an exception.
[[nodiscard]] std::unique_ptr<Rules> make_rules(const schema::Limits& limits, schema::Kind kind,
                                                bool* failed);

}  // namespace kameo::python

#pragma once

#include <kameo/json/value.hpp>
#include <kameo/schema/package.hpp>

#include <optional>
#include <string>

namespace kameo::json {

/// What `limits` want where `value` breaks them, to stand after "expected": `u32 in 1..10000`,
/// `string of at most 8 characters`; none where it keeps to them. `value` has been read as `type`
/// before, a scalar, list, set or map behind aliases and optionals; null is left alone.
[[nodiscard]] std::optional<std::string> broken_limit(const schema::Package& package,
                                                      const schema::Type& type,
                                                      const schema::Limits& limits,
                                                      const Value& value);

/// `0..255`; empty for other kinds than integers.
[[nodiscard]] std::string integer_range(schema::Kind kind);

/// The text of a number or of a string that holds one; the form in which 64-bit integers come.
[[nodiscard]] const std::string* digits_of(const Value& value) noexcept;

}  // namespace kameo::json

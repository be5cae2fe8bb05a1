#pragma once

#include "cpp/order.hpp"
#include "defaults.hpp"

#include <optional>
#include <string>

namespace kameo::codegen::cpp {

/// How C++ says the types and values of one package, seen from inside its namespace.
class Spelling {
 public:
  Spelling(const schema::Package& package, const Order& order) : package_(package), order_(order) {}

  /// `std::vector<std::optional<Tick>>`. `holder` is the type whose member it is, if any: one that
  /// it contains again stands in a kameo::Box where optional or variant makes that finite.
  [[nodiscard]] std::string type(const schema::Type& type,
                                 std::optional<std::uint32_t> holder = {}) const;
  /// The type of a field of a variant of the union `holder`.
  [[nodiscard]] std::string variant_member(const schema::Type& type, std::uint32_t holder) const;

  /// `Tick`, or `common::Tick` for one of another package.
  [[nodiscard]] std::string name(const schema::TypeDef& def) const;
  /// `OrderLimit`, the struct of variant `limit` of union `Order`.
  [[nodiscard]] std::string variant(const schema::TypeDef& def, std::size_t index) const;

  /// What stands behind `=` of a member that has no default of the IDL: `0`, `false`, a first enum
  /// value; empty where the type's own default does.
  [[nodiscard]] std::string initial(const schema::Type& type) const;
  /// `std::vector<std::string>{"a", "b"}`, for any type.
  [[nodiscard]] std::string literal(const Value& value, const schema::Type& type,
                                    std::optional<std::uint32_t> holder = {}) const;

 private:
  /// Where a type stands: what decides whether it needs a box.
  enum class In { member, optional, container };
  [[nodiscard]] std::string spell(const schema::Type& type, std::optional<std::uint32_t> holder,
                                  In in) const;

  const schema::Package& package_;
  const Order& order_;
};

/// A string literal, quotes included; other bytes than ASCII stay as they are (UTF-8).
[[nodiscard]] std::string quoted(std::string_view text);
/// `-1`, `18446744073709551615U`; the smallest i64 as the expression that C++ needs.
[[nodiscard]] std::string number(std::int64_t value);
[[nodiscard]] std::string number(std::uint64_t value);
/// As many digits as tell it from its neighbours; NaN and infinities by numeric_limits.
[[nodiscard]] std::string number(double value);
[[nodiscard]] std::string number(float value);

}  // namespace kameo::codegen::cpp

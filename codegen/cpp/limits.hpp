#pragma once

#include "cpp/limited_types.hpp"
#include "template.hpp"

#include <kameo/schema/package.hpp>

#include <string>
#include <vector>

namespace kameo::codegen::cpp {

/// The limits of all fields as constants: a list of {type, name, value}, such as
/// `std::uint32_t`, `size_max`, `10000`.
[[nodiscard]] Data limit_constants(const schema::Package& package,
                                   const std::vector<schema::Field>& fields);

/// How the code that checks fields finds things.
struct CheckedFields {
  const std::vector<schema::Field>& fields;
  std::vector<std::string> members;  ///< of `fields`, in order: `value.size`
  std::vector<std::string> names;    ///< what a path calls them
  std::string constants;             ///< `Limits`, `ShapeNamed::Limits`
  std::size_t indent = 2;
};

/// The statements that check them, in order.
[[nodiscard]] std::vector<std::string> limit_checks(const schema::Package& package,
                                                    const LimitedTypes& types,
                                                    const CheckedFields& checked);

/// The statements that draw random values for them, in order.
[[nodiscard]] std::vector<std::string> draw_statements(const CheckedFields& drawn);

}  // namespace kameo::codegen::cpp

#pragma once

#include <kameo/decimal.hpp>
#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>
#include <kameo/uuid.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace kameo::codegen {

/// A default value of a field, read from its payload: what both languages write as a literal.
struct Value {
  /// None of an optional.
  struct None {};
  /// Elements of list, set, fixed array, tuple and numeric array; fields of a struct or of a
  /// union's variant; key, value, key, value of a map; the one value of an optional that has it.
  using Parts = std::vector<Value>;

  schema::Type type;  ///< aliases followed
  std::variant<None, bool, std::int64_t, std::uint64_t, float, double, std::string, Bytes, Uuid,
               Decimal, Parts>
      held;
  std::uint16_t index = 0;           ///< of the enum value or the variant
  std::vector<std::uint32_t> shape;  ///< numeric array
};

/// Fails with `bad_request` where the payload is not one of the type.
[[nodiscard]] Result<Value> decode_default(const schema::Package& package, const schema::Type& type,
                                           ByteView payload);

}  // namespace kameo::codegen

#include <kameo/schema/type.hpp>

#include <array>

namespace kameo::schema {
namespace {

// In the order of Kind.
constexpr std::array<std::string_view, kind_count> names{
    "bool", "i8",  "i16",    "i32",   "i64",       "u8",       "u16",  "u32",     "u64",
    "f32",  "f64", "string", "bytes", "timestamp", "duration", "uuid", "decimal", "optional",
    "list", "set", "map",    "fixed", "tuple",     "array",    "named"};

}  // namespace

std::string_view to_string(Kind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return index < names.size() ? names[index] : "unknown";
}

bool is_integer(Kind kind) noexcept {
  return kind >= Kind::i8 && kind <= Kind::u64;
}
bool is_number(Kind kind) noexcept {
  return kind >= Kind::i8 && kind <= Kind::f64;
}
bool is_scalar(Kind kind) noexcept {
  return kind < Kind::optional;
}

std::size_t scalar_bytes(Kind kind) noexcept {
  switch (kind) {
    case Kind::boolean:
    case Kind::i8:
    case Kind::u8:
      return 1;
    case Kind::i16:
    case Kind::u16:
      return 2;
    case Kind::i32:
    case Kind::u32:
    case Kind::f32:
    case Kind::string:
    case Kind::bytes:
      return 4;
    case Kind::i64:
    case Kind::u64:
    case Kind::f64:
    case Kind::timestamp:
    case Kind::duration:
      return 8;
    case Kind::uuid:
      return 16;
    case Kind::decimal:
      return 19;
    default:
      return 0;
  }
}

}  // namespace kameo::schema

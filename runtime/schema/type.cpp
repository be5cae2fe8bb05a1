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

}  // namespace kameo::schema

#pragma once

#include <kameo/bytes.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::schema {

/// The kinds of type. Their numbers travel inside schema bytes: only append.
enum class Kind : std::uint8_t {
  boolean,
  i8,
  i16,
  i32,
  i64,
  u8,
  u16,
  u32,
  u64,
  f32,
  f64,
  string,
  bytes,
  timestamp,
  duration,
  uuid,
  decimal,
  optional,       ///< one argument
  list,           ///< one argument
  set,            ///< one argument: an integer, bool, string, bytes, uuid or enum
  map,            ///< two arguments: key (as a set's element) and value
  fixed_array,    ///< one argument, `dims` holds the one length
  tuple,          ///< any number of arguments
  numeric_array,  ///< one scalar argument; `dims`, 0 for any length; none is one of any length
  named,          ///< `ref`: an index into Package::types
};
inline constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::named) + 1;

/// As the IDL spells it: `bool`, `i8`, `list`, `array`, `fixed`; `named` for Kind::named.
[[nodiscard]] std::string_view to_string(Kind kind) noexcept;
[[nodiscard]] bool is_integer(Kind kind) noexcept;
/// Integers, f32, f64.
[[nodiscard]] bool is_number(Kind kind) noexcept;
/// Everything before Kind::optional.
[[nodiscard]] bool is_scalar(Kind kind) noexcept;
/// What a scalar takes in a payload: all of it, but of string and bytes the length in front only.
/// 0 for what is no scalar.
[[nodiscard]] std::size_t scalar_bytes(Kind kind) noexcept;

/// A type as it is used: a kind and its arguments.
struct Type {
  Kind kind = Kind::boolean;
  std::vector<Type> args;
  std::vector<std::uint32_t> dims;
  std::uint32_t ref = 0;

  friend bool operator==(const Type&, const Type&) = default;
};

/// What a field's value may be, beyond its type. Bounds are kept as the IDL's text, so that 2^64-1
/// and decimals stay exact; the checker has made sure that they fit the type.
struct Limits {
  std::optional<std::string> min;  ///< numbers, timestamp, duration, decimal
  std::optional<std::string> max;
  std::optional<std::string> multiple_of;
  std::optional<std::uint64_t> min_length;  ///< string in code points, bytes in bytes
  std::optional<std::uint64_t> max_length;
  std::optional<std::uint64_t> min_items;  ///< list, set, map
  std::optional<std::uint64_t> max_items;
  std::optional<std::string> pattern;  ///< ECMAScript and Python `re` common subset, whole text
  bool unique = false;                 ///< a list without equal elements

  friend bool operator==(const Limits&, const Limits&) = default;
};

/// A field of a struct, of a variant, of a request or of a config.
struct Field {
  std::string name;  ///< snake_case, as in the IDL
  std::string doc;
  Type type;
  Limits limits;
  /// The default's payload (docs/protocol.md), so that no language parses it again; none means
  /// required, unless the type is an optional, whose default is none.
  std::optional<Bytes> default_value;
  std::string deprecated;  ///< why and what instead; empty when it is not
  bool secret = false;     ///< never shown in an error or a log

  friend bool operator==(const Field&, const Field&) = default;
};

struct EnumValue {
  std::string name;
  std::string doc;
  std::string deprecated;

  friend bool operator==(const EnumValue&, const EnumValue&) = default;
};

/// One alternative of a union.
struct Variant {
  enum class Shape : std::uint8_t { unit, value, fields };

  std::string name;
  std::string doc;
  std::string deprecated;
  Shape shape = Shape::unit;
  std::vector<Field> fields;  ///< Shape::value has exactly one, named "value"

  friend bool operator==(const Variant&, const Variant&) = default;
};

/// A type that has a name.
struct TypeDef {
  enum class Form : std::uint8_t { structure, enumeration, tagged_union, alias };

  std::string package;  ///< dotted, as the file declares it
  std::string name;     ///< PascalCase
  std::string doc;
  std::string deprecated;
  Form form = Form::structure;
  std::vector<Field> fields;      ///< structure
  std::vector<EnumValue> values;  ///< enumeration
  std::vector<Variant> variants;  ///< tagged_union
  Type target;                    ///< alias
  std::uint32_t line = 0;         ///< 1-based, in its package's file; 0 unknown

  friend bool operator==(const TypeDef&, const TypeDef&) = default;
};

}  // namespace kameo::schema

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// The maps of schema and pool files whose keys are fixed.
enum class Table : std::uint8_t {
  schema,
  type,
  field,
  enum_value,
  variant,
  callback,
  handler,
  actor,
  pool,
  pool_actor,
  python,
  restart,
  backoff,
  limits,
  batch,
};
inline constexpr std::size_t table_count = static_cast<std::size_t>(Table::batch) + 1;

/// What stands behind a key.
enum class Holds : std::uint8_t {
  version,       ///< 1
  package_name,  ///< `acme.trading`
  text,
  word,       ///< one of Key::words
  words,      ///< a text, or a list of them
  arguments,  ///< the same, also of what looks like numbers
  flag,
  count,      ///< a whole number, Key::least to Key::most
  part,       ///< a number from 0 to 1
  time,       ///< a duration: `200ms`
  deadline,   ///< a duration, or `none`
  intensity,  ///< `5/60s`
  type,       ///< a type as it is spelled
  types,      ///< names of structs: one, or a list
  number,     ///< a limit: a number, timestamp or duration
  range,      ///< `8`, `1..20`
  value,      ///< a value of a declared type
  environment,
  deadlines,  ///< names of handlers, with a duration or `none` for each
  // Maps of names, by what each name stands for.
  type_map,
  field_map,
  value_list,  ///< of an enum: a list of names, or a map of them
  variant_map,
  module_map,
  handler_map,
  actor_map,
  pool_actor_map,
  /// A map of fields, or the name of a struct.
  request,
  /// What a variant is: nothing, a type or a map of fields.
  content,
  // Maps with keys of their own.
  python,
  restart,
  backoff,
  limits,
  batch,
};

/// One key of a table: what the checker knows, and so the reference, the JSON Schema and the
/// formatter, which writes keys in this order.
struct Key {
  std::string_view name;
  Holds holds;
  bool required = false;
  std::string_view says;            ///< what it is for, in Markdown
  std::string_view otherwise = {};  ///< what holds where it is not written; may be empty
  std::uint32_t least = 0;
  std::uint32_t most = 0;
  std::string_view words = {};  ///< between blanks
};

[[nodiscard]] std::span<const Key> keys_of(Table table) noexcept;
[[nodiscard]] std::vector<std::string> key_names(Table table);
/// The key of that name; null where there is none.
[[nodiscard]] const Key* find_key(Table table, std::string_view name) noexcept;
/// Key::words, one by one.
[[nodiscard]] std::vector<std::string> words_of(const Key& key);
/// A table as the reference shows it, in Markdown.
[[nodiscard]] std::string markdown(Table table);

}  // namespace kameo::idl

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace kameo::idl {

/// Every kind of error that a schema or pool file can have. The number is the code that is shown,
/// `K0204`; its first two digits are the family. A number is never given a second meaning.
enum class Code : std::uint16_t {
  // K01: the file and its YAML
  unreadable_file = 100,
  not_utf8 = 101,
  control_character = 102,
  tab_indentation = 103,
  yaml_syntax = 104,
  several_documents = 105,
  duplicate_key = 106,
  alias_or_anchor = 107,
  yaml_tag = 108,
  unquoted_word = 109,
  number_as_text = 110,
  comma_in_type = 111,
  empty_file = 112,
  nested_too_deep = 113,
  key_not_a_word = 114,
  cannot_format = 115,

  // K02: names and types
  bad_name = 201,
  reserved_word = 202,
  name_taken = 203,
  unknown_type = 204,
  bad_type = 205,
  wrong_arguments = 206,
  optional_of_optional = 207,
  bad_key_type = 208,
  carries_nothing = 209,
  infinite_type = 210,
  alias_cycle = 211,
  bad_dimensions = 212,
  bad_array_element = 213,
  not_a_struct = 214,
  unknown_module = 215,
  generated_name = 216,
  module_clash = 217,
  made_name_clash = 218,
  type_too_large = 219,
  not_imported = 220,

  // K03: structure and keys
  bad_version = 301,
  missing_key = 302,
  unknown_key = 303,
  wrong_kind = 304,
  several_forms = 305,
  nothing_declared = 306,
  too_many = 307,
  bad_setting = 308,
  listed_twice = 309,

  // K04: limits and defaults
  limit_not_for_type = 401,
  bad_limit = 402,
  empty_range = 403,
  bad_default = 404,
  default_breaks_limit = 405,
  bad_pattern = 406,
  default_in_itself = 407,

  // K05: imports
  import_not_found = 501,
  import_cycle = 502,
  imported_twice = 503,

  // K06: pool files
  unknown_actor = 601,
  module_not_provided = 602,
  two_providers = 603,
  nothing_to_run = 604,
  bad_handler = 605,
  bad_config = 606,
  missing_config = 607,

  // K07: style, told by `kameo-gen lint` as warnings
  missing_doc = 701,
  unused_type = 702,
  wide_integer = 703,
  repeated_name = 704,
  unused_import = 705,
  unused_module = 706,
  deprecated_use = 707,
  number_as_time = 708,
};

/// One row of the table of codes.
struct CodeInfo {
  Code code;
  std::string_view name;         ///< `unknown_type`
  std::string_view title;        ///< what it means, in a line
  std::string_view explanation;  ///< why it is an error and what to do
};

/// All codes in order of their numbers: the source of the documentation's table.
[[nodiscard]] std::span<const CodeInfo> all_codes() noexcept;
/// The row of one code.
[[nodiscard]] const CodeInfo& info(Code code) noexcept;
/// `K0204`
[[nodiscard]] std::string to_string(Code code);

}  // namespace kameo::idl

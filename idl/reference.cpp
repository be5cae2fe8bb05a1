#include <kameo/idl/reference.hpp>

#include <kameo/concat.hpp>

#include <algorithm>

namespace kameo::idl {
namespace {

using schema::Kind;

const std::vector<Kind> integers{Kind::i8, Kind::i16, Kind::i32, Kind::i64,
                                 Kind::u8, Kind::u16, Kind::u32, Kind::u64};

std::vector<Kind> integers_and(std::initializer_list<Kind> others) {
  auto kinds = integers;
  kinds.insert(kinds.end(), others);
  return kinds;
}

bool has_integers(const std::vector<Kind>& kinds) {
  return std::find(kinds.begin(), kinds.end(), Kind::i8) != kinds.end();
}

}  // namespace

const std::vector<KindRow>& kind_rows() {
  static const std::vector<KindRow> rows{
      {"`bool`", "true, false", "`bool`", "`bool`", {Kind::boolean}},
      {"`i8` `i16` `i32` `i64`",
       "integers with a sign",
       "`std::int8_t` …",
       "`int`",
       {Kind::i8, Kind::i16, Kind::i32, Kind::i64}},
      {"`u8` `u16` `u32` `u64`",
       "integers without",
       "`std::uint8_t` …",
       "`int`",
       {Kind::u8, Kind::u16, Kind::u32, Kind::u64}},
      {"`f32` `f64`",
       "IEEE 754, with infinities and NaN",
       "`float`, `double`",
       "`float`",
       {Kind::f32, Kind::f64}},
      {"`string`", "Unicode text, UTF-8 on the wire", "`std::string`", "`str`", {Kind::string}},
      {"`bytes`", "any bytes", "`kameo::Bytes`", "`bytes`", {Kind::bytes}},
      {"`timestamp`",
       "a point in time, UTC, to the microsecond",
       "`kameo::Timestamp`",
       "`datetime`",
       {Kind::timestamp}},
      {"`duration`",
       "a length of time, to the microsecond",
       "`kameo::Duration`",
       "`timedelta`",
       {Kind::duration}},
      {"`uuid`", "128 bits", "`kameo::Uuid`", "`UUID`", {Kind::uuid}},
      {"`decimal`", "34 digits and an exponent", "`kameo::Decimal`", "`Decimal`", {Kind::decimal}},
      {"`optional<T>`",
       "a T or none; no optional of an optional",
       "`std::optional`",
       "`T \\| None`",
       {Kind::optional}},
      {"`list<T>`", "any number of Ts", "`std::vector`", "`list`", {Kind::list}},
      {"`set<T>`", "Ts that differ, without order", "`std::set`", "`set`", {Kind::set}},
      {"`map<K; V>`", "Vs by K", "`std::map`", "`dict`", {Kind::map}},
      {"`fixed<T; 4>`", "exactly so many Ts", "`std::array`", "`list`", {Kind::fixed_array}},
      {"`tuple<A; B; C>`", "one of each, up to 64", "`std::tuple`", "`tuple`", {Kind::tuple}},
      {"`array<f64>`",
       "numbers side by side, as many as there are",
       "`kameo::NumericArray`",
       "numpy array, `memoryview` without numpy",
       {Kind::numeric_array}},
      {"`array<f64; 3x5>`",
       "the same, row by row; `*` for a dimension of any length: `array<f32; *x3>`",
       "",
       "",
       {}},
      {"`Name`, `package.Name`", "a declared type", "its name", "its name", {Kind::named}},
  };
  return rows;
}

const std::vector<LimitRow>& limit_rows() {
  static const std::vector<Kind> ordered =
      integers_and({Kind::f32, Kind::f64, Kind::decimal, Kind::timestamp, Kind::duration});
  static const std::vector<LimitRow> rows{
      {"min", ordered, "the least value, allowed itself; NaN is within no limits"},
      {"max", ordered, "the greatest value, allowed itself"},
      {"multiple_of", integers_and({Kind::decimal, Kind::duration}),
       "exact; not for floats, since 0.3 is no multiple of 0.1 in binary"},
      {"length",
       {Kind::string, Kind::bytes},
       "of a string in code points, of bytes in bytes: `8`, `1..20`, `1..`, `..20`"},
      {"items", {Kind::list, Kind::set, Kind::map}, "how many elements, in the same way"},
      {"pattern", {Kind::string}, "the whole text matches ([Patterns](#patterns))"},
      {"unique", {Kind::list}, "`true`: no two elements are equal"},
  };
  return rows;
}

std::string markdown_kinds() {
  std::string out = "| type | values | C++ | Python |\n|---|---|---|---|\n";
  for (const auto& row : kind_rows()) {
    out += concat("| ", row.spelled, " | ", row.values, " | ", row.cpp,
                  row.cpp.empty() ? "| " : " | ", row.python, row.python.empty() ? "|\n" : " |\n");
  }
  return out;
}

std::string markdown_limits() {
  std::string out = "| limit | for | means |\n|---|---|---|\n";
  for (const auto& row : limit_rows()) {
    std::string kinds = has_integers(row.kinds) ? "integers" : "";
    for (const auto kind : row.kinds) {
      if (schema::is_integer(kind)) continue;
      kinds += concat(kinds.empty() ? "" : ", ", "`", to_string(kind), "`");
    }
    out += concat("| `", row.key, "` | ", kinds, " | ", row.means, " |\n");
  }
  return out;
}

}  // namespace kameo::idl

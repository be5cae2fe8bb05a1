#include "trading_package.hpp"

#include <stdexcept>

namespace kameo::json::testing {
namespace {

using schema::Field;
using schema::Kind;
using schema::Type;
using schema::TypeDef;
using schema::Variant;

constexpr std::uint32_t order_index = 2;
constexpr std::uint32_t tree_index = 8;

Field field(std::string name, Type type) {
  Field field;
  field.name = std::move(name);
  field.type = std::move(type);
  return field;
}

TypeDef define(std::string name, TypeDef::Form form) {
  TypeDef type;
  type.package = "trading";
  type.name = std::move(name);
  type.form = form;
  return type;
}

Type reference(std::uint32_t index) {
  Type type;
  type.kind = Kind::named;
  type.ref = index;
  return type;
}

TypeDef side() {
  auto type = define("Side", TypeDef::Form::enumeration);
  type.values = {{"buy", "", ""}, {"sell", "", ""}};
  return type;
}

TypeDef tick() {
  auto type = define("Tick", TypeDef::Form::structure);
  type.fields = {field("symbol", of(Kind::string)), field("size", of(Kind::u8)),
                 field("note", of(Kind::optional, {of(Kind::string)}))};
  type.fields[1].default_value = Bytes{std::byte{7}};
  return type;
}

Variant variant(std::string name, Variant::Shape shape, std::vector<Field> fields) {
  Variant variant;
  variant.name = std::move(name);
  variant.shape = shape;
  variant.fields = std::move(fields);
  return variant;
}

TypeDef order() {
  auto type = define("Order", TypeDef::Form::tagged_union);
  auto market = field("value", of(Kind::u32));
  market.limits.min = "1";
  market.limits.max = "100";
  using Shape = Variant::Shape;
  type.variants = {
      variant("cancel", Shape::unit, {}),
      variant("market", Shape::value, {market}),
      variant("limit", Shape::fields,
              {field("size", of(Kind::u32)), field("price", of(Kind::f64))}),
      variant("parts", Shape::value, {field("value", of(Kind::list, {reference(order_index)}))}),
  };
  return type;
}

TypeDef quantity() {
  auto type = define("Quantity", TypeDef::Form::alias);
  type.target = of(Kind::u32);
  return type;
}

TypeDef secret() {
  auto type = define("Secret", TypeDef::Form::structure);
  type.fields = {field("token", of(Kind::u8))};
  type.fields[0].secret = true;
  return type;
}

TypeDef grid() {
  auto type = define("Grid", TypeDef::Form::structure);
  type.fields = {field("tag", of(Kind::u8)),
                 field("cells", of(Kind::numeric_array, {of(Kind::f64)}))};
  type.fields[1].default_value = unhex("01000000 00000000 000000000000f03f");
  return type;
}

TypeDef limited() {
  auto type = define("Limited", TypeDef::Form::structure);
  const auto add = [&](std::string name, Type of_type) -> schema::Limits& {
    type.fields.push_back(field(std::move(name), of(Kind::optional, {std::move(of_type)})));
    return type.fields.back().limits;
  };
  auto& count = add("count", of(Kind::u32));
  count.min = "1";
  count.max = "10000";
  add("step", of(Kind::i32)).multiple_of = "5";
  add("huge", of(Kind::u64)).min = "18446744073709551615";
  add("ratio", of(Kind::f64)).max = "0.5";
  add("price", of(Kind::decimal)).min = "1.50";
  add("wait", of(Kind::duration)).max = "1m";
  add("from", of(Kind::timestamp)).min = "2000-01-01T00:00:00Z";
  auto& name = add("name", of(Kind::string));
  name.min_length = 2;
  name.max_length = 3;
  add("code", of(Kind::string)).pattern = "[A-Z]+";
  add("data", of(Kind::bytes)).max_length = 2;
  add("items", of(Kind::list, {of(Kind::u8)})).min_items = 1;
  add("unique", of(Kind::list, {of(Kind::u8)})).unique = true;
  return type;
}

TypeDef tree() {
  auto type = define("Tree", TypeDef::Form::alias);
  type.target = of(Kind::list, {reference(tree_index)});
  return type;
}

}  // namespace

schema::Type of(Kind kind, std::vector<Type> args, std::vector<std::uint32_t> dims) {
  Type type;
  type.kind = kind;
  type.args = std::move(args);
  type.dims = std::move(dims);
  return type;
}

const schema::Package& trading() {
  static const auto package = [] {
    schema::Package made;
    made.name = "trading";
    made.types = {side(),   tick(), order(),   quantity(),
                  secret(), grid(), limited(), define("Empty", TypeDef::Form::structure),
                  tree()};
    return made;
  }();
  return package;
}

schema::Type named(std::string_view name) {
  const auto& types = trading().types;
  for (std::uint32_t i = 0; i < types.size(); ++i) {
    if (types[i].name == name) return reference(i);
  }
  throw std::logic_error("no such type in the test package");
}

Bytes unhex(std::string_view text) {
  Bytes bytes;
  std::string digits;
  for (const char c : text) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes.push_back(static_cast<std::byte>(std::stoi(digits, nullptr, 16)));
    digits.clear();
  }
  return bytes;
}

std::string hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[std::to_integer<unsigned>(byte) >> 4U];
    text += digits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

}  // namespace kameo::json::testing

#pragma once

#include "dynamic.hpp"

#include <kameo/schema/package.hpp>

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

/// Random packages and values, drawn piece by piece inside a property, so that rapidcheck shrinks
/// each choice.
namespace kameo::test {

/// 0 to limit - 1, each as likely in the first case as in the last; shrinks to 0.
inline std::uint32_t pick(std::uint32_t limit) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, limit));
}

/// A package of a few types that are what the IDL's checker lets through: every value finite, every
/// element with bytes of its own.
class RandomPackage {
  using Kind = schema::Kind;
  using Type = schema::Type;
  using Form = schema::TypeDef::Form;
  using Shape = schema::Variant::Shape;

 public:
  RandomPackage() {
    package_.name = "random";
    const auto count = 1 + pick(8);
    forms_.resize(count);
    for (auto& form : forms_) form = static_cast<Form>(pick(4));
    for (std::uint32_t i = 0; i < count; ++i) package_.types.push_back(definition(i));
  }

  [[nodiscard]] const schema::Package& package() const { return package_; }
  /// A tuple of one of its types and of any two that it can speak of.
  [[nodiscard]] Type type() {
    const auto all = static_cast<std::uint32_t>(forms_.size());
    Type own;
    own.kind = Kind::named;
    own.ref = pick(all);
    Type made;
    made.kind = Kind::tuple;
    made.args = {own, type(all, true, 0), type(all, true, 0)};
    return made;
  }

 private:
  schema::TypeDef definition(std::uint32_t index) {
    schema::TypeDef def;
    def.package = "random";
    def.name = concat("Type", index);
    def.form = forms_[index];
    switch (def.form) {
      case Form::structure:
        // The first field has bytes: so no list of this type carries nothing.
        def.fields = fields(index);
        def.fields.insert(def.fields.begin(), field("first", scalar()));
        break;
      case Form::enumeration:
        for (auto i = 1 + pick(4); i > 0; --i) def.values.push_back({concat("v", i), "", ""});
        break;
      case Form::tagged_union:
        // The first variant ends every recursion.
        def.variants.push_back({"end", "", "", Shape::unit, {}});
        for (std::uint32_t i = pick(4); i > 0; --i) def.variants.push_back(variant(index, i));
        break;
      case Form::alias:
        def.target = type(index, false, 0);
        break;
    }
    return def;
  }

  schema::Variant variant(std::uint32_t index, std::uint32_t number) {
    schema::Variant made;
    made.name = concat("variant", number);
    made.shape = static_cast<Shape>(pick(3));
    if (made.shape == Shape::value) made.fields.push_back(field("value", type(index, true, 0)));
    if (made.shape == Shape::fields) made.fields = fields(index);
    return made;
  }

  static schema::Field field(std::string name, Type type) {
    schema::Field made;
    made.name = std::move(name);
    made.type = std::move(type);
    return made;
  }
  std::vector<schema::Field> fields(std::uint32_t index) {
    std::vector<schema::Field> made;
    for (auto i = pick(4); i > 0; --i) {
      made.push_back(field(concat("field", i), type(index, true, 0)));
    }
    return made;
  }

  static Type scalar() {
    Type type;
    type.kind = static_cast<Kind>(pick(static_cast<std::uint32_t>(Kind::optional)));
    return type;
  }

  /// `below`: types that are finished, which may stand anywhere. `recursive`: whether later ones,
  /// and this one itself, may stand where an empty value ends the recursion; not in an alias.
  Type type(std::uint32_t below, bool recursive, int depth) {
    if (depth == 3) return scalar();
    Type made;
    // Scalars are two thirds of all kinds; half is enough.
    const auto kinds = static_cast<std::uint32_t>(schema::kind_count);
    const auto scalars = static_cast<std::uint32_t>(Kind::optional);
    made.kind = static_cast<Kind>(pick(2) == 0 ? pick(scalars) : scalars + pick(kinds - scalars));
    switch (made.kind) {
      case Kind::optional:
        made.args = {inside(below, recursive, depth)};
        if (is_optional(made.args[0])) made.args = {scalar()};
        break;
      case Kind::list:
        made.args = {inside(below, recursive, depth)};
        break;
      case Kind::set:
        made.args = {key()};
        break;
      case Kind::map:
        made.args = {key(), inside(below, recursive, depth)};
        break;
      case Kind::fixed_array:
        made.args = {type(below, recursive, depth + 1)};
        made.dims = {1 + pick(3)};
        break;
      case Kind::tuple:
        for (auto i = 1 + pick(3); i > 0; --i)
          made.args.push_back(type(below, recursive, depth + 1));
        break;
      case Kind::numeric_array: {
        Type number;
        number.kind = static_cast<Kind>(1 + pick(10));
        made.args = {number};
        for (auto i = pick(4); i > 0; --i) made.dims.push_back(pick(4));
        break;
      }
      case Kind::named:
        if (below == 0) return scalar();
        made.ref = pick(below);
        break;
      default:
        break;
    }
    return made;
  }
  /// Where an empty value may stand instead.
  Type inside(std::uint32_t below, bool recursive, int depth) {
    const auto all = static_cast<std::uint32_t>(forms_.size());
    if (recursive && pick(3) == 1) {
      Type made;
      made.kind = Kind::named;
      made.ref = pick(all);
      // Not an alias: what it stands for is not known before it is made.
      if (forms_[made.ref] != Form::alias) return made;
    }
    return type(below, recursive, depth + 1);
  }
  [[nodiscard]] bool is_optional(const Type& type) const {
    // A name that is not made yet is of no alias.
    const bool known = type.kind != Kind::named || type.ref < package_.types.size();
    return known && resolve(package_, type).kind == Kind::optional;
  }
  static Type key() {
    static constexpr std::array kinds{Kind::u8,  Kind::boolean, Kind::i16,   Kind::i64, Kind::u64,
                                      Kind::i32, Kind::string,  Kind::bytes, Kind::uuid};
    Type type;
    type.kind = kinds[pick(kinds.size())];
    return type;
  }

  schema::Package package_;
  std::vector<Form> forms_;
};

/// Which values: all but the NaNs that JSON has no text for; or all that Python has a value for,
/// NaNs of any bits (of f32 the quiet ones) and the years 1 to 9999.
enum class Reach { json, python };

/// A value of a type, with little in it below `depth`.
class RandomValue {
 public:
  explicit RandomValue(const schema::Package& package, Reach reach = Reach::json)
      : package_(package), codec_(package), reach_(reach) {}

  // NOLINTNEXTLINE(misc-no-recursion)
  Dynamic of(const schema::Type& used, int depth = 0) {
    const auto& type = resolve(package_, used);
    switch (type.kind) {
      case Kind::string:
        return {0, text()};
      case Kind::bytes:
        return {0, bytes(pick(6))};
      case Kind::decimal:
        return {0, decimal()};
      case Kind::numeric_array:
        return {0, block(type)};
      case Kind::named:
        return of_named(package_.type(type), depth);
      case Kind::optional: {
        const bool some = depth < deepest && pick(2) == 1;
        return {some, some ? Dynamics{of(type.args[0], depth + 1)} : Dynamics{}};
      }
      case Kind::list:
      case Kind::set:
      case Kind::map:
        return {0, elements(type, depth)};
      case Kind::fixed_array: {
        Dynamics values;
        for (auto i = type.dims[0]; i > 0; --i) values.push_back(of(type.args[0], depth + 1));
        return {0, std::move(values)};
      }
      case Kind::tuple: {
        Dynamics values;
        for (const auto& arg : type.args) values.push_back(of(arg, depth + 1));
        return {0, std::move(values)};
      }
      default:
        return {0, number(type.kind)};
    }
  }

 private:
  using Kind = schema::Kind;
  using Form = schema::TypeDef::Form;
  static constexpr int deepest = 4;

  // NOLINTNEXTLINE(misc-no-recursion)
  Dynamic of_named(const schema::TypeDef& def, int depth) {
    Dynamic value;
    Dynamics parts;
    if (def.form == Form::enumeration) {
      value.tag = static_cast<std::uint16_t>(pick(static_cast<std::uint32_t>(def.values.size())));
    } else {
      if (def.form == Form::tagged_union && depth < deepest) {
        value.tag =
            static_cast<std::uint16_t>(pick(static_cast<std::uint32_t>(def.variants.size())));
      }
      const auto& fields =
          def.form == Form::structure ? def.fields : def.variants[value.tag].fields;
      for (const auto& field : fields) parts.push_back(of(field.type, depth + 1));
    }
    value.value = std::move(parts);
    return value;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  Dynamics elements(const schema::Type& type, int depth) {
    Dynamics values;
    const std::size_t step = type.kind == Kind::map ? 2 : 1;
    for (auto i = depth < deepest ? pick(4) : 0; i > 0; --i) {
      auto key = of(type.args[0], depth + 1);
      bool twice = false;
      for (std::size_t at = 0; type.kind != Kind::list && at < values.size(); at += step) {
        twice = twice || values[at] == key;
      }
      if (twice) continue;
      values.push_back(std::move(key));
      if (type.kind == Kind::map) values.push_back(of(type.args[1], depth + 1));
    }
    return values;
  }

  static Bytes bytes(std::size_t size) {
    Bytes made;
    for (std::size_t i = 0; i < size; ++i) made.push_back(static_cast<std::byte>(pick(256)));
    return made;
  }
  template <class Number>
  static Bytes bits(Number number) {
    Bytes made(sizeof number);
    std::memcpy(made.data(), &number, sizeof number);
    return made;
  }
  /// Of any bits; a NaN only the one that every language writes.
  [[nodiscard]] Bytes number(Kind kind) const {
    if (kind == Kind::boolean) return {static_cast<std::byte>(pick(2))};
    if (reach_ == Reach::python) return python_number(kind);
    auto made = bytes(width_of(kind));
    if (kind == Kind::f32) {
      float value = 0;
      std::memcpy(&value, made.data(), sizeof value);
      if (value != value) return bits(0x7FC00000U);
    }
    if (kind == Kind::f64) {
      double value = 0;
      std::memcpy(&value, made.data(), sizeof value);
      if (value != value) return bits(std::uint64_t{0x7FF8000000000000U});
    }
    return made;
  }
  static Bytes python_number(Kind kind) {
    if (kind == Kind::timestamp) {
      return bits(
          *rc::gen::inRange<std::int64_t>(-62'135'596'800'000'000, 253'402'300'800'000'000));
    }
    if (kind == Kind::f64 && pick(4) == 1) {
      const std::uint64_t sign = pick(2);
      return bits(sign << 63U | 0x7FF0000000000000U | (1 + pick(0x7FFFFFFF)));  // any NaN
    }
    auto made = bytes(width_of(kind));
    if (kind == Kind::f32) {
      float value = 0;
      std::memcpy(&value, made.data(), sizeof value);
      if (value != value) made[2] |= std::byte{0x40};
    }
    return made;
  }
  static std::string text() {
    static constexpr std::array<std::string_view, 8> pieces{"a",    "\"", "\\", "\n",
                                                            "\x01", "é",  "☃",  "𝄞"};
    std::string made;
    for (auto i = pick(5); i > 0; --i) made += pieces[pick(pieces.size())];
    if (pick(8) == 1) made += '\0';
    return made;
  }
  static Decimal decimal() {
    Decimal made;
    made.low = *rc::gen::arbitrary<std::uint64_t>();
    made.high = *rc::gen::inRange<std::uint64_t>(0, 542101086242752);  // below 10^34 for any `low`
    made.exponent =
        *rc::gen::inRange<std::int16_t>(Decimal::min_exponent, Decimal::max_exponent + 1);
    made.negative = pick(2) == 1;
    return made;
  }
  [[nodiscard]] Block block(const schema::Type& type) const {
    Block made;
    for (const auto dim : type.dims.empty() ? std::vector<std::uint32_t>{0} : type.dims) {
      made.shape.push_back(dim != 0 ? dim : pick(3));
    }
    // Below an empty row JSON cannot say how long the others would be.
    const auto empty = std::find(made.shape.begin(), made.shape.end(), 0U);
    for (auto at = empty; at != made.shape.end(); ++at) {
      const auto i = static_cast<std::size_t>(at - made.shape.begin());
      *at = i < type.dims.size() ? type.dims[i] : 0;
    }
    for (auto left = element_count(made.shape); left > 0; --left) {
      const auto one = number(type.args[0].kind);
      made.numbers.insert(made.numbers.end(), one.begin(), one.end());
    }
    return made;
  }

  const schema::Package& package_;
  DynamicCodec codec_;
  Reach reach_;
};

}  // namespace kameo::test

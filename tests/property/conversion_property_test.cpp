// A random schema, random additions at the ends of its lists, and random values of both versions.

#include "../support/hex.hpp"
#include "random_schema.hpp"

#include <kameo/schema/conversion.hpp>
#include <kameo/schema/difference.hpp>
#include <kameo/schema/validate.hpp>

#include <rapidcheck/catch.h>

namespace {

using namespace kameo;
using namespace kameo::test;
using schema::Kind;
using schema::Type;

Type of(Kind kind, std::vector<Type> args = {}) {
  Type made;
  made.kind = kind;
  made.args = std::move(args);
  return made;
}

/// A later version of a package: what a careful author may have added.
class Grown {
 public:
  explicit Grown(schema::Package package) : package_(std::move(package)) {
    for (auto& def : package_.types) grow(def);
  }
  [[nodiscard]] const schema::Package& package() const { return package_; }

 private:
  void grow(schema::TypeDef& def) {
    switch (def.form) {
      case schema::TypeDef::Form::structure:
        return grow(def.fields);
      case schema::TypeDef::Form::enumeration:
        for (auto i = pick(3); i > 0; --i) def.values.push_back({concat("more", i), "", ""});
        return;
      case schema::TypeDef::Form::tagged_union:
        for (auto& variant : def.variants) {
          if (variant.shape == schema::Variant::Shape::fields) grow(variant.fields);
        }
        for (auto i = pick(3); i > 0; --i) {
          def.variants.push_back({concat("more", i), "", "", schema::Variant::Shape::fields, {}});
          grow(def.variants.back().fields);
        }
        return;
      case schema::TypeDef::Form::alias:
        return;
    }
  }

  void grow(std::vector<schema::Field>& fields) {
    for (auto i = pick(3); i > 0; --i) {
      schema::Field field;
      field.name = concat("more", i);
      if (pick(3) == 0) {
        field.type = of(Kind::optional, {any_named()});
        if (resolve(package_, field.type.args[0]).kind == Kind::optional) {
          field.type.args = {scalar()};
        }
      } else {
        field.type = plain();
        const auto value = RandomValue(package_).of(field.type);
        field.default_value = DynamicCodec(package_).encode(field.type, value).value();
      }
      fields.push_back(std::move(field));
    }
  }

  static Type scalar() {
    return of(static_cast<Kind>(pick(static_cast<std::uint32_t>(Kind::optional))));
  }
  static Type numbers() { return of(Kind::numeric_array, {of(static_cast<Kind>(1 + pick(10)))}); }
  static Type plain() {
    switch (pick(5)) {
      case 0:
        return numbers();
      case 1:
        return of(Kind::list, {scalar()});
      case 2:
        return of(Kind::map, {of(Kind::string), numbers()});
      case 3:
        return of(Kind::tuple, {scalar(), numbers()});
      default:
        return scalar();
    }
  }
  [[nodiscard]] Type any_named() const {
    auto type = of(Kind::named);
    type.ref = pick(static_cast<std::uint32_t>(package_.types.size()));
    return type;
  }

  schema::Package package_;
};

struct Versions {
  schema::Package older;
  schema::Package newer;
  Type type;
};

Versions versions() {
  RandomPackage random;
  Versions made;
  made.older = random.package();
  made.type = random.type();
  made.newer = Grown(made.older).package();
  // An optional that makes a type hold itself is one the checker lets through; others are not made.
  RC_PRE(!schema::find_fault(made.newer).has_value());
  return made;
}

schema::Conversion conversion(const schema::Package& from, const schema::Package& to,
                              const Type& type) {
  auto made = schema::Conversion::make({from, type}, {to, type}, "value", errc::bad_request);
  if (!made) RC_FAIL(made.error().message());
  return *made;
}

Result<Bytes> convert(const schema::Conversion& with, ByteView payload) {
  Bytes memory;
  const auto view = with.convert(payload, memory);
  if (!view) return view.error();
  return Bytes(view->begin(), view->end());
}

Bytes payload_of(const schema::Package& package, const Type& type) {
  return DynamicCodec(package).encode(type, RandomValue(package).of(type)).value();
}

}  // namespace

TEST_CASE("an old value is the same again after a newer version has had it", "[property]") {
  rc::prop("down(up(payload)) is the payload, and what is between is one of the newer", [] {
    const auto it = versions();
    const auto payload = payload_of(it.older, it.type);
    RC_LOG() << to_hex(payload) << "\n";
    const auto up = convert(conversion(it.older, it.newer, it.type), payload);
    if (!up) RC_FAIL(up.error().message());
    const auto value = DynamicCodec(it.newer).decode(it.type, *up);
    if (!value) RC_FAIL(value.error().message());
    const auto down = convert(conversion(it.newer, it.older, it.type), *up);
    if (!down) RC_FAIL(down.error().message());
    RC_ASSERT(to_hex(*down) == to_hex(payload));
  });
}

TEST_CASE("a new value is one of the older version, or is told to be none", "[property]") {
  rc::prop("down(payload) is read by the older, or names what it does not know", [] {
    const auto it = versions();
    const auto payload = payload_of(it.newer, it.type);
    const auto down = convert(conversion(it.newer, it.older, it.type), payload);
    RC_CLASSIFY(!down.has_value());
    if (down) {
      RC_ASSERT(DynamicCodec(it.older).decode(it.type, *down).has_value());
    } else {
      RC_ASSERT(down.error().code() == errc::bad_request);
      RC_ASSERT(down.error().message().find("is not known to its reader") != std::string::npos);
    }
  });
}

TEST_CASE("a damaged payload is refused by the conversion or by the reader behind it",
          "[property]") {
  rc::prop("what the older could not read nobody reads", [] {
    const auto it = versions();
    const auto with = conversion(it.older, it.newer, it.type);
    auto payload = payload_of(it.older, it.type);
    RC_PRE(!payload.empty());
    for (int round = 0; round < 20; ++round) {
      auto damaged = payload;
      const auto at = pick(static_cast<std::uint32_t>(damaged.size()));
      if (pick(2) == 0) {
        damaged[at] = static_cast<std::byte>(pick(256));
      } else {
        damaged.resize(at);
      }
      const bool good = DynamicCodec(it.older).decode(it.type, damaged).has_value();
      const auto converted = convert(with, damaged);
      if (good) RC_ASSERT(converted.has_value());
      RC_ASSERT(good == (converted && DynamicCodec(it.newer).decode(it.type, *converted)));
    }
  });
}

TEST_CASE("additions at the end are no conflict, whichever side has them", "[property]") {
  rc::prop("first_conflict is empty", [] {
    const auto it = versions();
    RC_ASSERT(schema::first_conflict(it.older, it.type, it.newer, it.type, "value").empty());
    RC_ASSERT(schema::first_conflict(it.newer, it.type, it.older, it.type, "value").empty());
  });
}

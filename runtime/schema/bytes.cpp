#include <kameo/codec.hpp>
#include <kameo/schema/package.hpp>
#include <kameo/schema/validate.hpp>

#include <array>
#include <concepts>

// The codec of generated types, written by hand for the schema's own: docs/protocol.md,
// "Schema bytes". A change here is a new `version`.
namespace kameo {

/// A number in two bytes that must be one of the first `count`; what an IDL enum is.
template <class Enum, std::uint16_t count>
struct EnumCodec {
  static std::size_t end(std::size_t at, Enum) { return at + 2; }
  static void write(Encoder& out, Enum value) { out.put(static_cast<std::uint16_t>(value)); }
  static void read(Decoder& in, Enum& value) {
    value = static_cast<Enum>(in.tag(count, "this part of a schema"));
  }
};
template <>
struct Codec<schema::Kind> : EnumCodec<schema::Kind, schema::kind_count> {};
template <>
struct Codec<schema::Answer> : EnumCodec<schema::Answer, 3> {};
template <>
struct Codec<schema::TypeDef::Form> : EnumCodec<schema::TypeDef::Form, 4> {};
template <>
struct Codec<schema::Variant::Shape> : EnumCodec<schema::Variant::Shape, 3> {};

template <>
struct Codec<std::chrono::milliseconds> {
  static std::size_t end(std::size_t at, std::chrono::milliseconds) { return at + 8; }
  static void write(Encoder& out, std::chrono::milliseconds value) {
    out.put(std::int64_t{value.count()});
  }
  static void read(Decoder& in, std::chrono::milliseconds& value) {
    value = std::chrono::milliseconds(in.get<std::int64_t>());
  }
};

}  // namespace kameo

namespace kameo::schema {
namespace {

// Calls `visit` with the parts that travel, in their order: one list per type serves all three
// functions of the codec.
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Type>
void with_parts(T& type, Visit visit) {
  visit(type.kind, type.args, type.dims, type.ref);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Limits>
void with_parts(T& limits, Visit visit) {
  visit(limits.min, limits.max, limits.multiple_of, limits.min_length, limits.max_length,
        limits.min_items, limits.max_items, limits.pattern, limits.unique);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Field>
void with_parts(T& field, Visit visit) {
  visit(field.name, field.doc, field.type, field.limits, field.default_value, field.deprecated,
        field.secret);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, EnumValue>
void with_parts(T& value, Visit visit) {
  visit(value.name, value.doc, value.deprecated);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Variant>
void with_parts(T& variant, Visit visit) {
  visit(variant.name, variant.doc, variant.deprecated, variant.shape, variant.fields);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, TypeDef>
void with_parts(T& def, Visit visit) {
  visit(def.package, def.name, def.doc, def.deprecated, def.form, def.fields, def.values,
        def.variants, def.target, def.line);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Method>
void with_parts(T& method, Visit visit) {
  visit(method.name, method.doc, method.deprecated, method.request, method.answer, method.output,
        method.input_stream, method.errors, method.idempotent, method.reentrant, method.budget,
        method.deadline, method.concurrency, method.line);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, CallbackModule>
void with_parts(T& module, Visit visit) {
  visit(module.package, module.name, module.doc, module.callbacks, module.line);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Actor>
void with_parts(T& actor, Visit visit) {
  visit(actor.package, actor.name, actor.doc, actor.deprecated, actor.config, actor.uses,
        actor.handlers, actor.concurrency, actor.reentrant, actor.line);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, SourceFile>
void with_parts(T& file, Visit visit) {
  visit(file.package, file.path, file.doc, file.imports);
}
template <class T, class Visit>
  requires std::same_as<std::remove_const_t<T>, Package>
void with_parts(T& package, Visit visit) {
  visit(package.name, package.files, package.types, package.modules, package.actors);
}

template <class T, class... Any>
concept OneOf = (std::same_as<T, Any> || ...);
/// The types above.
template <class T>
concept Part = OneOf<T, Type, Limits, Field, EnumValue, Variant, TypeDef, Method, CallbackModule,
                     Actor, SourceFile, Package>;

using Magic = std::array<std::uint8_t, 4>;
constexpr Magic magic{'K', 'S', 'C', 'H'};
constexpr std::uint16_t version = 1;

}  // namespace
}  // namespace kameo::schema

namespace kameo {

template <schema::Part T>
struct Codec<T> {
  static std::size_t end(std::size_t at, const T& value) {
    schema::with_parts(value, [&](const auto&... parts) { at = fields_end(at, parts...); });
    return at;
  }
  static void write(Encoder& out, const T& value) {
    schema::with_parts(value, [&](const auto&... parts) { encode_fields(out, parts...); });
  }
  static void read(Decoder& in, T& value) {
    schema::with_parts(value, [&](auto&... parts) { decode_fields(in, parts...); });
  }
};

}  // namespace kameo

namespace kameo::schema {

Bytes to_bytes(const Package& package) {
  Bytes bytes(fields_end(0, magic, version, package));
  Encoder out(bytes);
  Codec<Magic>::write(out, magic);
  Codec<std::uint16_t>::write(out, version);
  Codec<Package>::write(out, package);
  if (out.error()) throw *out.error();
  return bytes;
}

Result<Package> from_bytes(ByteView bytes) {
  Decoder in(bytes);
  Magic start{};
  std::uint16_t written = 0;
  Codec<Magic>::read(in, start);
  Codec<std::uint16_t>::read(in, written);
  if (in.ok() && start != magic) in.fail("no schema: it does not start with KSCH");
  if (in.ok() && written != version) {
    return fail(errc::bad_request, "schema bytes of version ", written, "; this kameo reads ",
                version);
  }
  Package package;
  Codec<Package>::read(in, package);
  in.finish();
  if (in.error()) return in.error()->with_context("schema bytes");
  if (const auto fault = find_fault(package)) {
    return fail(errc::bad_request, "schema bytes: no package: ", fault->why);
  }
  return package;
}

}  // namespace kameo::schema

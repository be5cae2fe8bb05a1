#include "writer.hpp"

#include "field_limits.hpp"

#include <algorithm>

namespace kameo::json {
namespace {

using schema::Field;
using schema::TypeDef;

template <class Named>
std::string names(const std::vector<Named>& all) {
  std::string text;
  for (const auto& each : all) text += concat(text.empty() ? "" : ", ", each.name);
  return text;
}

}  // namespace

void Writer::named(const schema::Type& type, const Value& value, const Path& path, bool unique) {
  const auto& definition = package_.type(type);
  using Form = TypeDef::Form;
  switch (definition.form) {
    case Form::alias:
      return write(definition.target, value, path, unique);
    case Form::enumeration:
      return enumeration(definition, value, path);
    case Form::structure:
      return deeper(path, [&] {
        if (value.object() == nullptr) return expected_type(type, value, path);
        fields(definition.name, definition.fields, value, path);
      });
    case Form::tagged_union:
      return deeper(path, [&] { tagged_union(definition, value, path); });
  }
}

void Writer::enumeration(const TypeDef& definition, const Value& value, const Path& path) {
  if (const auto* text = value.string()) {
    for (std::size_t i = 0; i < definition.values.size(); ++i) {
      if (definition.values[i].name == *text) return put(static_cast<std::uint16_t>(i));
    }
  }
  expected(concat(definition.name, ", one of ", names(definition.values)), value, path);
}

void Writer::tagged_union(const TypeDef& definition, const Value& value, const Path& path) {
  const auto* name = value.string();
  const Value* payload = nullptr;
  if (const auto* members = value.object(); members != nullptr && members->size() == 1) {
    name = &members->front().name;
    payload = &members->front().value;
  }
  using Shape = schema::Variant::Shape;
  for (std::size_t i = 0; name != nullptr && i < definition.variants.size(); ++i) {
    const auto& variant = definition.variants[i];
    if (variant.name != *name) continue;
    if ((variant.shape == Shape::unit) != (payload == nullptr)) {
      return expected(variant.shape == Shape::unit
                          ? concat('"', variant.name, "\" alone, a variant without a value")
                          : concat("{\"", variant.name, "\": …}, a variant with a value"),
                      value, path);
    }
    put(static_cast<std::uint16_t>(i));
    const Path at{&path, variant.name};
    switch (variant.shape) {
      case Shape::unit:
        return;
      case Shape::value: {
        const Path inner{&path, variant.name, 0, false, variant.fields[0].secret};
        return field(variant.fields[0], *payload, inner);
      }
      case Shape::fields:
        if (payload->object() == nullptr) {
          return expected(concat("the fields ", names(variant.fields)), *payload, at);
        }
        return fields(variant.name, variant.fields, *payload, at);
    }
  }
  expected(concat(definition.name, ", one of ", names(definition.variants)), value, path);
}

void Writer::tell_unknown(std::string_view owner, const std::vector<Field>& declared,
                          const Value::Object& members, const Path& path) {
  for (const auto& member : members) {
    const auto known = std::any_of(declared.begin(), declared.end(),
                                   [&](const auto& field) { return field.name == member.name; });
    if (known) continue;
    violate(Path{&path, member.name, 0, !is_plain_word(member.name)},
            declared.empty() ? concat("unknown field; ", owner, " has none")
                             : concat("unknown field; ", owner, " has ", names(declared)));
  }
}

void Writer::fields(std::string_view owner, const std::vector<Field>& declared, const Value& value,
                    const Path& path) {
  if (!lenient_) tell_unknown(owner, declared, *value.object(), path);
  for (const auto& each : declared) {
    if (stopped()) return;
    const Path at{&path, each.name, 0, false, each.secret};
    const auto* given = value.find(each.name);
    // Many writers have no other way to leave a field out than null.
    const bool left_out =
        given == nullptr || (lenient_ && given->is_null() && each.default_value.has_value());
    if (left_out) {
      absent(each, at);
    } else {
      field(each, *given, at);
    }
  }
}

void Writer::field(const Field& declared, const Value& value, const Path& path) {
  const auto so_far = violations_.size();
  write(declared.type, value, path, declared.limits.unique);
  if (violations_.size() != so_far) return;  // its limits are not for what is no value of its type
  if (const auto broken = broken_limit(package_, declared.type, declared.limits, value)) {
    expected(*broken, value, path);
  }
}

void Writer::absent(const Field& declared, const Path& path) {
  if (declared.default_value) {
    if (schema::is_scalar(declared.type.kind)) {
      out_.insert(out_.end(), declared.default_value->begin(), declared.default_value->end());
      return;
    }
    // Padding inside depends on where the value stands, so it is written anew.
    const auto text = to_text(package_, declared.type, *declared.default_value, limits_);
    if (!text) return violate(path, text.error().message(), text.error().code());
    const auto value = parse(*text);
    if (!value) return violate(path, value.error().message(), value.error().code());
    return write(declared.type, *value, path);
  }
  if (schema::resolve(package_, declared.type).kind == schema::Kind::optional) {
    return put(std::uint8_t{0});
  }
  violate(path, concat("missing; expected ", schema::to_string(package_, declared.type)));
}

}  // namespace kameo::json

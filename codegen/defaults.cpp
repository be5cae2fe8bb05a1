#include "defaults.hpp"

#include <kameo/codec.hpp>

namespace kameo::codegen {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

class Reader {
 public:
  Reader(const schema::Package& package, ByteView payload) : package_(package), in_(payload) {}

  Value read(const Type& written) {
    const auto& type = schema::resolve(package_, written);
    Value value;
    value.type = type;
    switch (type.kind) {
      case Kind::boolean:
        value.held = in_.flag();
        break;
      case Kind::i8:
        value.held = std::int64_t{in_.get<std::int8_t>()};
        break;
      case Kind::i16:
        value.held = std::int64_t{in_.get<std::int16_t>()};
        break;
      case Kind::i32:
        value.held = std::int64_t{in_.get<std::int32_t>()};
        break;
      case Kind::i64:
      case Kind::timestamp:
      case Kind::duration:
        value.held = in_.get<std::int64_t>();
        break;
      case Kind::u8:
        value.held = std::uint64_t{in_.get<std::uint8_t>()};
        break;
      case Kind::u16:
        value.held = std::uint64_t{in_.get<std::uint16_t>()};
        break;
      case Kind::u32:
        value.held = std::uint64_t{in_.get<std::uint32_t>()};
        break;
      case Kind::u64:
        value.held = in_.get<std::uint64_t>();
        break;
      case Kind::f32:
        value.held = in_.get<float>();
        break;
      case Kind::f64:
        value.held = in_.get<double>();
        break;
      case Kind::string:
        value.held = std::string(in_.text());
        break;
      case Kind::bytes:
        value.held = as<Bytes>();
        break;
      case Kind::uuid:
        value.held = as<Uuid>();
        break;
      case Kind::decimal:
        value.held = as<Decimal>();
        break;
      case Kind::optional:
        if (in_.flag()) value.held = repeat(1, type.args[0]);
        break;
      case Kind::list:
      case Kind::set:
        value.held = repeat(in_.count(1), type.args[0]);
        break;
      case Kind::fixed_array:
        value.held = repeat(type.dims[0], type.args[0]);
        break;
      case Kind::map:
        value.held = pairs(type);
        break;
      case Kind::tuple:
        value.held = each(type.args);
        break;
      case Kind::numeric_array:
        read_array(type, value);
        break;
      case Kind::named:
        read_named(package_.type(type), value);
        break;
    }
    return value;
  }

  [[nodiscard]] std::optional<Error> error() {
    in_.finish();
    return in_.error();
  }

 private:
  template <class T>
  T as() {
    T value;
    Codec<T>::read(in_, value);
    return value;
  }

  Value::Parts repeat(std::uint32_t count, const Type& type) {
    Value::Parts parts;
    for (; count > 0 && in_.ok(); --count) parts.push_back(read(type));
    return parts;
  }

  Value::Parts each(const std::vector<Type>& types) {
    Value::Parts parts;
    for (const auto& type : types) parts.push_back(read(type));
    return parts;
  }

  Value::Parts fields(const std::vector<schema::Field>& all) {
    Value::Parts parts;
    for (const auto& field : all) parts.push_back(read(field.type));
    return parts;
  }

  Value::Parts pairs(const Type& type) {
    Value::Parts parts;
    for (auto left = in_.count(1); left > 0 && in_.ok(); --left) {
      parts.push_back(read(type.args[0]));
      parts.push_back(read(type.args[1]));
    }
    return parts;
  }

  void read_array(const Type& type, Value& value) {
    std::uint64_t count = 1;
    for (std::size_t i = 0; i < std::max<std::size_t>(type.dims.size(), 1); ++i) {
      value.shape.push_back(in_.get<std::uint32_t>());
      count = std::min<std::uint64_t>(count * value.shape.back(), in_.left() + 1);
    }
    in_.align(schema::scalar_bytes(type.args[0].kind));
    value.held = repeat(static_cast<std::uint32_t>(count), type.args[0]);
  }

  void read_named(const TypeDef& def, Value& value) {
    switch (def.form) {
      case TypeDef::Form::structure:
        if (!in_.enter()) break;
        value.held = fields(def.fields);
        in_.leave();
        break;
      case TypeDef::Form::enumeration:
        value.index = in_.tag(static_cast<std::uint16_t>(def.values.size()), def.name);
        break;
      case TypeDef::Form::tagged_union:
        if (!in_.enter()) break;
        value.index = in_.tag(static_cast<std::uint16_t>(def.variants.size()), def.name);
        if (in_.ok()) value.held = fields(def.variants[value.index].fields);
        in_.leave();
        break;
      case TypeDef::Form::alias:
        break;  // resolved before
    }
  }

  const schema::Package& package_;
  Decoder in_;
};

}  // namespace

Result<Value> decode_default(const schema::Package& package, const schema::Type& type,
                             ByteView payload) {
  Reader reader(package, payload);
  auto value = reader.read(type);
  if (const auto error = reader.error()) return *error;
  return value;
}

}  // namespace kameo::codegen

#pragma once

#include <kameo/codec.hpp>
#include <kameo/schema/package.hpp>

#include <algorithm>
#include <variant>
#include <vector>

/// Values of any type of a package, and their codec led by the schema: the shortest thing that can
/// stand beside the static codec and the JSON mapping, for tests.
namespace kameo::test {

struct Dynamic;
using Dynamics = std::vector<Dynamic>;

/// A numeric array: its numbers as they lie in memory.
struct Block {
  std::vector<std::uint32_t> shape;
  Bytes numbers;
  friend bool operator==(const Block&, const Block&) = default;
};

struct Dynamic {
  /// Which enum value, variant or optional state (0: none).
  std::uint16_t tag = 0;
  /// Numbers of a fixed width and uuids as their bytes.
  std::variant<Bytes, std::string, Decimal, Block, Dynamics> value;
};
/// In a function of its own: the defaulted one of a type that holds a vector of itself is
/// ill-formed for clang.
inline bool operator==(const Dynamic& a, const Dynamic& b) {
  return a.tag == b.tag && a.value == b.value;
}

/// How many bytes a number, bool, time or uuid takes; 0 for other kinds.
inline std::size_t width_of(schema::Kind kind) {
  using schema::Kind;
  switch (kind) {
    case Kind::boolean:
    case Kind::i8:
    case Kind::u8:
      return 1;
    case Kind::i16:
    case Kind::u16:
      return 2;
    case Kind::i32:
    case Kind::u32:
    case Kind::f32:
      return 4;
    case Kind::i64:
    case Kind::u64:
    case Kind::f64:
    case Kind::timestamp:
    case Kind::duration:
      return 8;
    case Kind::uuid:
      return 16;
    default:
      return 0;
  }
}

class DynamicCodec {
 public:
  explicit DynamicCodec(const schema::Package& package) : package_(package) {}

  [[nodiscard]] Result<Bytes> encode(const schema::Type& type, const Dynamic& value) const {
    Bytes bytes(end(0, type, value));
    Encoder out(bytes);
    write(out, type, value);
    if (out.error()) return *out.error();
    if (out.position() != bytes.size()) return Error(errc::internal, "sized wrongly");
    return bytes;
  }
  [[nodiscard]] Result<Dynamic> decode(const schema::Type& type, ByteView bytes) const {
    Decoder in(bytes);
    auto value = read(in, type);
    in.finish();
    if (in.error()) return *in.error();
    return value;
  }
  /// The same value with the elements of its sets in one order: a set has none of its own.
  // NOLINTNEXTLINE(misc-no-recursion): a value nests
  [[nodiscard]] Dynamic sorted(const schema::Type& used, Dynamic value) const {
    const auto& type = resolve(package_, used);
    auto* held = std::get_if<Dynamics>(&value.value);
    for (std::size_t i = 0; held != nullptr && i < held->size(); ++i) {
      const auto& part = type.kind == Kind::named ? fields(package_.type(type), value.tag)[i].type
                                                  : element(type, i);
      (*held)[i] = sorted(part, std::move((*held)[i]));
    }
    if (type.kind == Kind::set) {
      std::sort(held->begin(), held->end(), [&](const Dynamic& a, const Dynamic& b) {
        return encode(type.args[0], a).value() < encode(type.args[0], b).value();
      });
    }
    return value;
  }

 private:
  using Kind = schema::Kind;
  using Type = schema::Type;
  using Form = schema::TypeDef::Form;

  static const Dynamics& parts(const Dynamic& value) { return std::get<Dynamics>(value.value); }
  [[nodiscard]] const Type& element(const Type& type, std::size_t i) const {
    if (type.kind == Kind::tuple) return type.args[i];
    return type.kind == Kind::map ? type.args[i % 2] : type.args[0];
  }
  [[nodiscard]] const std::vector<schema::Field>& fields(const schema::TypeDef& def,
                                                         std::uint16_t tag) const {
    return def.form == Form::structure ? def.fields : def.variants[tag].fields;
  }

  // NOLINTNEXTLINE(misc-no-recursion): a value nests
  [[nodiscard]] std::size_t end(std::size_t at, const Type& used, const Dynamic& value) const {
    const auto& type = resolve(package_, used);
    if (width_of(type.kind) != 0) return at + width_of(type.kind);
    switch (type.kind) {
      case Kind::string:
        return at + 4 + std::get<std::string>(value.value).size();
      case Kind::bytes:
        return at + 4 + std::get<Bytes>(value.value).size();
      case Kind::decimal:
        return at + Codec<Decimal>::size;
      case Kind::numeric_array: {
        const auto& block = std::get<Block>(value.value);
        return detail::align_up(at + 4 * block.shape.size(), width_of(type.args[0].kind)) +
               block.numbers.size();
      }
      case Kind::named: {
        const auto& def = package_.type(type);
        if (def.form == Form::enumeration) return at + 2;
        if (def.form == Form::tagged_union) at += 2;
        for (std::size_t i = 0; i < parts(value).size(); ++i) {
          at = end(at, fields(def, value.tag)[i].type, parts(value)[i]);
        }
        return at;
      }
      case Kind::optional:
        at += 1;
        break;
      case Kind::list:
      case Kind::set:
      case Kind::map:
        at += 4;
        break;
      default:
        break;
    }
    for (std::size_t i = 0; i < parts(value).size(); ++i) {
      at = end(at, element(type, i), parts(value)[i]);
    }
    return at;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  void write(Encoder& out, const Type& used, const Dynamic& value) const {
    const auto& type = resolve(package_, used);
    if (width_of(type.kind) != 0) {
      const auto& bytes = std::get<Bytes>(value.value);
      return out.raw(bytes.data(), bytes.size());
    }
    switch (type.kind) {
      case Kind::string:
        return out.text(std::get<std::string>(value.value));
      case Kind::bytes:
        return out.bytes(std::get<Bytes>(value.value));
      case Kind::decimal:
        return Codec<Decimal>::write(out, std::get<Decimal>(value.value));
      case Kind::numeric_array: {
        const auto& block = std::get<Block>(value.value);
        for (const auto dim : block.shape) out.put(dim);
        out.align(width_of(type.args[0].kind));
        return out.raw(block.numbers.data(), block.numbers.size());
      }
      case Kind::named: {
        const auto& def = package_.type(type);
        if (def.form == Form::enumeration) return out.put(value.tag);
        if (!out.enter()) return;
        if (def.form == Form::tagged_union) out.put(value.tag);
        for (std::size_t i = 0; i < parts(value).size(); ++i) {
          write(out, fields(def, value.tag)[i].type, parts(value)[i]);
        }
        return out.leave();
      }
      case Kind::optional:
        out.put(std::uint8_t{value.tag != 0});
        break;
      case Kind::list:
      case Kind::set:
        out.count(parts(value).size());
        break;
      case Kind::map:
        out.count(parts(value).size() / 2);
        break;
      default:
        break;
    }
    for (std::size_t i = 0; i < parts(value).size(); ++i) {
      write(out, element(type, i), parts(value)[i]);
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  [[nodiscard]] Dynamic read(Decoder& in, const Type& used) const {
    const auto& type = resolve(package_, used);
    if (type.kind == Kind::boolean) {
      return {0, Bytes{in.flag() ? std::byte{1} : std::byte{0}}};
    }
    if (const auto width = width_of(type.kind); width != 0) {
      const auto view = in.take(width);
      return {0, Bytes(view.begin(), view.end())};
    }
    switch (type.kind) {
      case Kind::string:
        return {0, std::string(in.text())};
      case Kind::bytes: {
        const auto view = in.bytes();
        return {0, Bytes(view.begin(), view.end())};
      }
      case Kind::decimal: {
        Decimal number;
        Codec<Decimal>::read(in, number);
        return {0, number};
      }
      case Kind::numeric_array:
        return {0, read_block(in, type)};
      case Kind::named:
        return read_named(in, package_.type(type));
      case Kind::optional: {
        const bool some = in.flag();
        Dynamics values;
        if (some) values.push_back(read(in, type.args[0]));
        return {some, std::move(values)};
      }
      default:
        return {0, read_elements(in, type)};
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  [[nodiscard]] Dynamics read_elements(Decoder& in, const Type& type) const {
    Dynamics values;
    if (type.kind == Kind::fixed_array || type.kind == Kind::tuple) {
      const auto count = type.kind == Kind::tuple ? type.args.size() : type.dims[0];
      for (std::size_t i = 0; i < count && in.ok(); ++i) {
        values.push_back(read(in, element(type, i)));
      }
      return values;
    }
    const std::size_t step = type.kind == Kind::map ? 2 : 1;
    for (auto left = in.count(1); left > 0 && in.ok(); --left) {
      auto key = read(in, type.args[0]);
      for (std::size_t i = 0; type.kind != Kind::list && i < values.size(); i += step) {
        if (in.ok() && values[i] == key) in.fail("twice");
      }
      values.push_back(std::move(key));
      if (type.kind == Kind::map) values.push_back(read(in, type.args[1]));
    }
    return values;
  }

  [[nodiscard]] static Block read_block(Decoder& in, const Type& type) {
    Block block;
    for (const auto declared : type.dims.empty() ? std::vector<std::uint32_t>{0} : type.dims) {
      block.shape.push_back(in.get<std::uint32_t>());
      if (declared != 0 && declared != block.shape.back()) in.fail("another shape");
    }
    const auto width = width_of(type.args[0].kind);
    in.align(width);
    const auto count = element_count(block.shape);
    if (count > in.left() / width) in.fail("too large");
    if (!in.ok()) return {};
    const auto view = in.take(count * width);
    block.numbers.assign(view.begin(), view.end());
    return block;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  [[nodiscard]] Dynamic read_named(Decoder& in, const schema::TypeDef& def) const {
    Dynamic value;
    value.value = Dynamics();
    if (def.form == Form::enumeration) {
      value.tag = in.tag(static_cast<std::uint16_t>(def.values.size()), def.name);
      return value;
    }
    if (!in.enter()) return value;
    if (def.form == Form::tagged_union) {
      value.tag = in.tag(static_cast<std::uint16_t>(def.variants.size()), def.name);
    }
    for (const auto& field : fields(def, value.tag)) {
      if (!in.ok()) return value;
      std::get<Dynamics>(value.value).push_back(read(in, field.type));
    }
    in.leave();
    return value;
  }

  const schema::Package& package_;
};

}  // namespace kameo::test

#include <kameo/json/payload.hpp>

#include <kameo/base64.hpp>

#include <kameo/decimal.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <cstring>
#include <set>

namespace kameo::json {
namespace {

using schema::Kind;
using schema::Type;

/// Reads one payload and writes its text; the decoder keeps the first failure and ends all loops.
class Reader {
 public:
  Reader(const schema::Package& package, ByteView payload, CodecLimits limits)
      : package_(package), in_(payload, limits) {}

  void read(const Type& type) {
    // Lists that reach themselves through an alias are neither structures nor unions.
    if (depth_ == max_depth) return in_.fail(concat("nested deeper than ", max_depth));
    ++depth_;
    read_kind(type);
    --depth_;
  }

  [[nodiscard]] Result<std::string> take() && {
    in_.finish();
    if (in_.error()) return *in_.error();
    return std::move(out_);
  }

 private:
  static constexpr std::uint32_t max_depth = 256;

  void read_kind(const Type& type) {
    switch (type.kind) {
      case Kind::boolean:
        out_ += in_.flag() ? "true" : "false";
        return;
      case Kind::i8:
        return number<std::int8_t, std::int64_t>();
      case Kind::i16:
        return number<std::int16_t, std::int64_t>();
      case Kind::i32:
        return number<std::int32_t, std::int64_t>();
      case Kind::i64:
        return number<std::int64_t, std::int64_t>();
      case Kind::u8:
        return number<std::uint8_t, std::uint64_t>();
      case Kind::u16:
        return number<std::uint16_t, std::uint64_t>();
      case Kind::u32:
        return number<std::uint32_t, std::uint64_t>();
      case Kind::u64:
        return number<std::uint64_t, std::uint64_t>();
      case Kind::f32:
        return number<float, float>();
      case Kind::f64:
        return number<double, double>();
      case Kind::string:
        return append_string(out_, in_.text());
      case Kind::bytes:
        out_ += '"';
        append_base64(out_, in_.bytes());
        out_ += '"';
        return;
      case Kind::timestamp:
        return append_string(out_, to_string(Timestamp(Duration(in_.get<std::int64_t>()))));
      case Kind::duration:
        return append_string(out_, to_string(Duration(in_.get<std::int64_t>())));
      case Kind::uuid:
        return uuid();
      case Kind::decimal:
        return decimal();
      case Kind::optional:
        if (in_.flag()) return read(type.args[0]);
        out_ += "null";
        return;
      case Kind::list:
        return elements(type, false);
      case Kind::set:
        return elements(type, true);
      case Kind::map:
        return map(type);
      case Kind::fixed_array:
        return row(type.dims[0], [&](std::size_t) { read(type.args[0]); });
      case Kind::tuple:
        return row(type.args.size(), [&](std::size_t i) { read(type.args[i]); });
      case Kind::numeric_array:
        return numeric_array(type);
      case Kind::named:
        return named(type);
    }
  }

  template <class Number, class Written>
  void number() {
    append_number(out_, static_cast<Written>(in_.get<Number>()));
  }

  void uuid() {
    Uuid uuid;
    const auto bytes = in_.take(uuid.bytes.size());
    if (!bytes.empty()) std::memcpy(uuid.bytes.data(), bytes.data(), uuid.bytes.size());
    append_string(out_, to_string(uuid));
  }

  void decimal() {
    Decimal number;
    number.low = in_.get<std::uint64_t>();
    number.high = in_.get<std::uint64_t>();
    number.exponent = in_.get<std::int16_t>();
    number.negative = in_.flag();
    if (!is_valid(number)) return in_.fail("a decimal of more than 34 digits or out of range");
    append_string(out_, to_string(number));
  }

  /// `count` values in brackets; ends early once the payload turned out bad.
  template <class Element>
  void row(std::size_t count, Element&& element) {
    out_ += '[';
    for (std::size_t i = 0; i < count && in_.ok(); ++i) {
      if (i != 0) out_ += ',';
      element(i);
    }
    out_ += ']';
  }

  void elements(const Type& type, bool unique) {
    std::set<std::string> seen;
    row(in_.count(1), [&](std::size_t) {
      const auto start = out_.size();
      read(type.args[0]);
      if (unique && in_.ok() && !seen.insert(out_.substr(start)).second) {
        in_.fail("an element twice in a set");
      }
    });
  }

  void map(const Type& type) {
    std::set<std::string> seen;
    out_ += '{';
    const auto count = in_.count(1);
    for (std::uint32_t i = 0; i < count && in_.ok(); ++i) {
      if (i != 0) out_ += ',';
      const auto start = out_.size();
      read(type.args[0]);
      if (out_.compare(start, 1, "\"") != 0) {  // an integer or bool: keys are strings in JSON
        out_.insert(start, 1, '"');
        out_ += '"';
      }
      if (in_.ok() && !seen.insert(out_.substr(start)).second) in_.fail("a key twice in a map");
      out_ += ':';
      read(type.args[1]);
    }
    out_ += '}';
  }

  void numeric_array(const Type& type) {
    const auto declared = type.dims.empty() ? std::vector<std::uint32_t>{0} : type.dims;
    std::vector<std::uint32_t> shape;
    std::uint64_t count = 1;
    for (const auto dim : declared) {
      shape.push_back(in_.get<std::uint32_t>());
      if (dim != 0 && shape.back() != dim) in_.fail("a numeric array that is not of its shape");
      // Each factor is under 2^32 and the product is cut at what could be there: no overflow.
      // A zero settles it, also after a product that could not be.
      count = count > in_.left() && shape.back() != 0 ? count : count * shape.back();
    }
    const auto size = schema::scalar_bytes(type.args[0].kind);
    in_.align(size);
    if (count > in_.left() / size) in_.fail("a numeric array larger than its payload");
    // Rows without elements take no bytes, yet text: [[],[],…] by the peer's claim alone.
    std::uint64_t empty_rows = 1;
    for (std::size_t i = 0; count == 0 && i < shape.size() && shape[i] != 0; ++i) {
      empty_rows *= shape[i];
      if (empty_rows > max_empty_rows) {
        return in_.fail("a numeric array of too many rows without elements");
      }
    }
    rows(type, shape, 0);
  }

  void rows(const Type& type, const std::vector<std::uint32_t>& shape, std::size_t depth) {
    if (!in_.ok()) return;
    if (depth == shape.size()) return read(type.args[0]);
    row(shape[depth], [&](std::size_t) { rows(type, shape, depth + 1); });
  }

  void named(const Type& type) {
    const auto& definition = package_.type(type);
    using Form = schema::TypeDef::Form;
    using Shape = schema::Variant::Shape;
    switch (definition.form) {
      case Form::alias:
        return read(definition.target);
      case Form::enumeration: {
        const auto limit = static_cast<std::uint16_t>(definition.values.size());
        const auto index = in_.tag(limit, definition.name);
        return append_string(out_, definition.values[index].name);
      }
      case Form::structure:
        if (!in_.enter()) return;
        fields(definition.fields);
        return in_.leave();
      case Form::tagged_union: {
        if (!in_.enter()) return;
        const auto limit = static_cast<std::uint16_t>(definition.variants.size());
        const auto& variant = definition.variants[in_.tag(limit, definition.name)];
        if (variant.shape == Shape::unit) {
          append_string(out_, variant.name);
        } else {
          out_ += '{';
          append_string(out_, variant.name);
          out_ += ':';
          if (variant.shape == Shape::value) {
            read(variant.fields[0].type);
          } else {
            fields(variant.fields);
          }
          out_ += '}';
        }
        return in_.leave();
      }
    }
  }

  void fields(const std::vector<schema::Field>& declared) {
    out_ += '{';
    const char* separator = "";
    for (const auto& field : declared) {
      if (!in_.ok()) return;
      out_ += separator;
      append_string(out_, field.name);
      out_ += ':';
      read(field.type);
      separator = ",";
    }
    out_ += '}';
  }

  static constexpr std::uint32_t max_empty_rows = 65536;

  const schema::Package& package_;
  Decoder in_;
  std::string out_;
  std::uint32_t depth_ = 0;
};

}  // namespace

Result<std::string> to_text(const schema::Package& package, const schema::Type& type,
                            ByteView payload, CodecLimits limits) {
  Reader reader(package, payload, limits);
  reader.read(type);
  return std::move(reader).take();
}

}  // namespace kameo::json

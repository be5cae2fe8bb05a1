#include <kameo/json/payload.hpp>

#include <kameo/base64.hpp>
#include "field_limits.hpp"

#include <kameo/decimal.hpp>
#include <kameo/time.hpp>
#include <kameo/uuid.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace kameo::json {
namespace {

using schema::Kind;
using schema::Type;

/// Where in the value we are; written out only when something is wrong.
struct Path {
  const Path* up = nullptr;
  std::string_view name;  ///< a field, variant or key; empty for an element
  std::size_t index = 0;
  bool is_key = false;  ///< of a map: shown in brackets
  bool secret = false;  ///< nothing of the value is shown from here on
};

/// Of a key that somebody else chose.
constexpr std::size_t longest_shown = 60;

bool is_plain_word(std::string_view name) {
  return !name.empty() && name.size() <= longest_shown &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

std::string to_string(const Path& path) {
  auto text = path.up == nullptr ? std::string() : to_string(*path.up);
  if (path.is_key) {
    text += '[';
    append_string(text, whole_prefix(path.name, longest_shown));
    text += ']';
  } else if (path.name.empty()) {
    text += concat('[', path.index, ']');
  } else {
    text += concat(path.up == nullptr ? "" : ".", path.name);
  }
  return text;
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The nearest number, 0 where it is too small to tell from it; none where it is too large.
template <class Number>
std::optional<Number> nearest(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  const auto problem = std::from_chars(text.data(), end, number).ec;
  if (problem == std::errc{} && std::isfinite(number)) return number;
  if constexpr (std::is_same_v<Number, float>) {
    const auto wide = nearest<double>(text);
    if (wide && std::abs(*wide) < 1) return static_cast<float>(*wide);
  } else {
    const bool small = text.find("e-") != text.npos || text.find("E-") != text.npos ||
                       text.starts_with("0.") || text.starts_with("-0.");
    if (small) return text.starts_with('-') ? -Number{0} : Number{0};
  }
  return std::nullopt;
}

bool is_64_bit(Kind kind) {
  return kind == Kind::i64 || kind == Kind::u64;
}

/// Writes one payload. Every function gives false once something is wrong; `error` says what.
class Writer {
 public:
  Writer(const schema::Package& package, CodecLimits limits) : package_(package), limits_(limits) {}

  bool write(const Type& type, const Value& value, const Path& path, bool unique = false) {
    switch (type.kind) {
      case Kind::boolean:
        return boolean(value, path);
      case Kind::i8:
        return integer<std::int8_t>(type, value, path);
      case Kind::i16:
        return integer<std::int16_t>(type, value, path);
      case Kind::i32:
        return integer<std::int32_t>(type, value, path);
      case Kind::i64:
        return integer<std::int64_t>(type, value, path);
      case Kind::u8:
        return integer<std::uint8_t>(type, value, path);
      case Kind::u16:
        return integer<std::uint16_t>(type, value, path);
      case Kind::u32:
        return integer<std::uint32_t>(type, value, path);
      case Kind::u64:
        return integer<std::uint64_t>(type, value, path);
      case Kind::f32:
        return floating<float>(type, value, path);
      case Kind::f64:
        return floating<double>(type, value, path);
      case Kind::string:
        return string(value, path);
      case Kind::bytes:
        return bytes(value, path);
      case Kind::timestamp:
        return timestamp(value, path);
      case Kind::duration:
        return duration(value, path);
      case Kind::uuid:
        return uuid(value, path);
      case Kind::decimal:
        return decimal(value, path);
      case Kind::optional:
        return optional(type, value, path, unique);
      case Kind::list:
        return elements(type, value, path, unique);
      case Kind::set:
        return elements(type, value, path, true);
      case Kind::map:
        return map(type, value, path);
      case Kind::fixed_array:
        return fixed_array(type, value, path);
      case Kind::tuple:
        return tuple(type, value, path);
      case Kind::numeric_array:
        return numeric_array(type, value, path);
      case Kind::named:
        return named(type, value, path, unique);
    }
    return fail(path, errc::internal, "a type of no known kind");
  }

  [[nodiscard]] Result<Bytes> take() && {
    if (error_) return *error_;
    return std::move(out_);
  }

 private:
  bool fail(const Path& path, errc code, std::string message) {
    if (!error_) error_ = Error(code, concat(to_string(path), ": ", message));
    return false;
  }
  bool expected(std::string_view what, const Value& got, const Path& path) {
    for (const auto* at = &path; at != nullptr; at = at->up) {
      if (at->secret) {
        return fail(path, errc::invalid_argument,
                    concat("expected ", what, "; what came is secret"));
      }
    }
    return fail(path, errc::invalid_argument,
                concat("expected ", what, ", got ", to_short_text(got)));
  }
  bool expected_type(const Type& type, const Value& got, const Path& path) {
    return expected(schema::to_string(package_, type), got, path);
  }

  template <class Number>
  bool put(Number number) {
    const auto* first = reinterpret_cast<const std::byte*>(&number);
    out_.insert(out_.end(), first, first + sizeof number);
    return true;
  }
  bool put_bytes(ByteView bytes, const Path& path) {
    if (bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
      return fail(path, errc::over_limit, "longer than 32 bits can tell");
    }
    put(static_cast<std::uint32_t>(bytes.size()));
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return true;
  }
  bool put_count(std::size_t count, const Path& path) {
    if (count > limits_.elements - elements_) {
      return fail(path, errc::over_limit,
                  concat("more elements than CodecLimits::elements, ", limits_.elements));
    }
    elements_ += static_cast<std::uint32_t>(count);
    return put(static_cast<std::uint32_t>(count));
  }

  // Scalars ------------------------------------------------------------------------------------

  bool boolean(const Value& value, const Path& path) {
    const auto* boolean = value.boolean();
    if (boolean == nullptr) return expected("bool", value, path);
    return put(std::uint8_t{*boolean});
  }

  template <class Number>
  bool integer(const Type& type, const Value& value, const Path& path) {
    // 64 bits also as a string: writers that keep numbers as doubles have no other exact form.
    const auto* number = value.number();
    const auto* text =
        is_64_bit(type.kind) ? digits_of(value) : (number == nullptr ? nullptr : &number->text);
    if (text != nullptr) {
      if (const auto read = number_from<Number>(*text)) return put(*read);
    }
    return expected(concat(schema::to_string(type.kind), " in ", integer_range(type.kind)), value,
                    path);
  }

  template <class Number>
  bool floating(const Type& type, const Value& value, const Path& path) {
    const auto kind = schema::to_string(type.kind);
    if (const auto* number = value.number()) {
      const auto read = nearest<Number>(number->text);
      if (!read) return expected(concat(kind, " within its range"), value, path);
      return put(*read);
    }
    if (const auto* text = value.string()) {
      using Limits = std::numeric_limits<Number>;
      if (*text == "NaN") return put(Limits::quiet_NaN());
      if (*text == "Infinity") return put(Limits::infinity());
      if (*text == "-Infinity") return put(-Limits::infinity());
    }
    return expected(concat(kind, R"( or "NaN", "Infinity", "-Infinity")"), value, path);
  }

  bool string(const Value& value, const Path& path) {
    const auto* text = value.string();
    if (text == nullptr) return expected("string", value, path);
    return put_bytes(as_bytes(*text), path);
  }

  bool bytes(const Value& value, const Path& path) {
    const auto* text = value.string();
    const auto bytes = text == nullptr ? std::nullopt : from_base64(*text);
    if (!bytes) return expected("bytes as base64", value, path);
    return put_bytes(*bytes, path);
  }

  bool timestamp(const Value& value, const Path& path) {
    const auto* text = value.string();
    if (text != nullptr) {
      if (const auto at = parse_timestamp(*text)) return put(at->time_since_epoch().count());
    }
    return expected(R"(timestamp, such as "2026-11-21T09:30:00Z")", value, path);
  }

  bool duration(const Value& value, const Path& path) {
    const auto* text = value.string();
    if (text != nullptr) {
      if (const auto length = parse_duration(*text)) return put(length->count());
    }
    return expected(R"(duration, such as "1h30m" or "250ms")", value, path);
  }

  bool uuid(const Value& value, const Path& path) {
    const auto* text = value.string();
    if (text != nullptr) {
      if (const auto uuid = parse_uuid(*text)) return put(uuid->bytes);
    }
    return expected(R"(uuid, such as "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")", value, path);
  }

  bool decimal(const Value& value, const Path& path) {
    const auto* text = value.string();
    if (text != nullptr) {
      if (const auto number = parse_decimal(*text)) {
        put(number->low);
        put(number->high);
        put(number->exponent);
        return put(std::uint8_t{number->negative});
      }
    }
    return expected(R"(decimal in quotes, such as "-1.50")", value, path);
  }

  // Containers ---------------------------------------------------------------------------------

  bool optional(const Type& type, const Value& value, const Path& path, bool unique) {
    put(std::uint8_t{!value.is_null()});
    return value.is_null() || write(type.args[0], value, path, unique);
  }

  bool elements(const Type& type, const Value& value, const Path& path, bool unique) {
    const auto* items = value.array();
    if (items == nullptr) return expected_type(type, value, path);
    if (!put_count(items->size(), path)) return false;

    std::set<std::string> seen;
    for (std::size_t i = 0; i < items->size(); ++i) {
      const Path at{&path, {}, i};
      const auto start = out_.size();
      if (!write(type.args[0], (*items)[i], at)) return false;
      if (unique && !seen.emplace(as_text(ByteView(out_).subspan(start))).second) {
        return expected("an element that is not there yet", (*items)[i], at);
      }
    }
    return true;
  }

  bool map(const Type& type, const Value& value, const Path& path) {
    const auto* members = value.object();
    if (members == nullptr) return expected_type(type, value, path);
    if (!put_count(members->size(), path)) return false;

    std::set<std::string> seen;
    for (const auto& member : *members) {
      const Path at{&path, member.name, 0, true};
      const auto start = out_.size();
      if (!write(type.args[0], key_value(type.args[0], member.name), at)) return false;
      // Two spellings of one key, such as a uuid's in either case.
      if (!seen.emplace(as_text(ByteView(out_).subspan(start))).second) {
        return fail(at, errc::invalid_argument, "this key stands twice in the map");
      }
      if (!write(type.args[1], member.value, at)) return false;
    }
    return true;
  }

  /// What a key would be as a value of its own: integers and bool lose the quotes.
  [[nodiscard]] Value key_value(const Type& type, const std::string& text) const {
    const auto kind = schema::resolve(package_, type).kind;
    if (kind == Kind::boolean && text == "true") return true;
    if (kind == Kind::boolean && text == "false") return false;
    if (!schema::is_integer(kind)) return text;
    // One spelling each: not `01`, which no JSON number can be either.
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    if (text.size() > first + 1 && text[first] == '0') return text.c_str();
    return Value::Number{text};
  }

  bool fixed_array(const Type& type, const Value& value, const Path& path) {
    const auto* items = value.array();
    if (items == nullptr || items->size() != type.dims[0]) {
      return expected(concat(schema::to_string(package_, type), ", ", type.dims[0], " elements"),
                      value, path);
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (!write(type.args[0], (*items)[i], Path{&path, {}, i})) return false;
    }
    return true;
  }

  bool tuple(const Type& type, const Value& value, const Path& path) {
    const auto* items = value.array();
    if (items == nullptr || items->size() != type.args.size()) {
      return expected(
          concat(schema::to_string(package_, type), ", ", type.args.size(), " elements"), value,
          path);
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (!write(type.args[i], (*items)[i], Path{&path, {}, i})) return false;
    }
    return true;
  }

  bool numeric_array(const Type& type, const Value& value, const Path& path) {
    const auto declared = type.dims.empty() ? std::vector<std::uint32_t>{0} : type.dims;
    // The shape is that of the first row of each depth; the others must agree.
    auto shape = declared;
    const auto* row = &value;
    for (std::size_t depth = 0; depth < shape.size(); ++depth) {
      const auto* items = row == nullptr ? nullptr : row->array();
      if (items == nullptr) break;
      if (declared[depth] == 0) {
        if (items->size() > std::numeric_limits<std::uint32_t>::max()) {
          return fail(path, errc::over_limit, "longer than 32 bits can tell");
        }
        shape[depth] = static_cast<std::uint32_t>(items->size());
      }
      row = items->empty() ? nullptr : &items->front();
    }
    for (const auto dim : shape) put(dim);
    const auto size = scalar_size(type.args[0].kind);
    out_.resize((out_.size() + size - 1) / size * size);
    return rows(type, shape, 0, value, path);
  }

  bool rows(const Type& type, const std::vector<std::uint32_t>& shape, std::size_t depth,
            const Value& value, const Path& path) {
    if (depth == shape.size()) return write(type.args[0], value, path);
    const auto* items = value.array();
    if (items == nullptr || items->size() != shape[depth]) {
      return expected(concat(schema::to_string(package_, type), ", here a row of ", shape[depth]),
                      value, path);
    }
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (!rows(type, shape, depth + 1, (*items)[i], Path{&path, {}, i})) return false;
    }
    return true;
  }

  static std::size_t scalar_size(Kind kind) {
    switch (kind) {
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
        return 8;
      default:
        return 1;
    }
  }

  // Named types --------------------------------------------------------------------------------

  bool named(const Type& type, const Value& value, const Path& path, bool unique) {
    const auto& definition = package_.type(type);
    using Form = schema::TypeDef::Form;
    switch (definition.form) {
      case Form::alias:
        return write(definition.target, value, path, unique);
      case Form::enumeration:
        return enumeration(definition, value, path);
      case Form::structure:
        return deeper(path, [&] {
          if (value.object() == nullptr) return expected_type(type, value, path);
          return fields(definition.name, definition.fields, value, path);
        });
      case Form::tagged_union:
        return deeper(path, [&] { return tagged_union(definition, value, path); });
    }
    return fail(path, errc::internal, "a type of no known form");
  }

  template <class Body>
  bool deeper(const Path& path, Body&& body) {
    if (depth_ == limits_.depth) {
      return fail(path, errc::over_limit,
                  concat("nested deeper than CodecLimits::depth, ", limits_.depth));
    }
    ++depth_;
    const bool good = body();
    --depth_;
    return good;
  }

  bool enumeration(const schema::TypeDef& definition, const Value& value, const Path& path) {
    if (const auto* text = value.string()) {
      for (std::size_t i = 0; i < definition.values.size(); ++i) {
        if (definition.values[i].name == *text) return put(static_cast<std::uint16_t>(i));
      }
    }
    return expected(concat(definition.name, ", one of ", names(definition.values)), value, path);
  }

  bool tagged_union(const schema::TypeDef& definition, const Value& value, const Path& path) {
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
          return true;
        case Shape::value:
          return field(variant.fields[0], *payload, at);
        case Shape::fields:
          if (payload->object() == nullptr) {
            return expected(concat("the fields ", names(variant.fields)), *payload, at);
          }
          return fields(variant.name, variant.fields, *payload, at);
      }
    }
    return expected(concat(definition.name, ", one of ", names(definition.variants)), value, path);
  }

  bool fields(std::string_view owner, const std::vector<schema::Field>& declared,
              const Value& value, const Path& path) {
    for (const auto& member : *value.object()) {
      const auto known = std::any_of(declared.begin(), declared.end(),
                                     [&](const auto& field) { return field.name == member.name; });
      if (known) continue;
      return fail(Path{&path, member.name, 0, !is_plain_word(member.name)}, errc::invalid_argument,
                  declared.empty() ? concat("unknown field; ", owner, " has none")
                                   : concat("unknown field; ", owner, " has ", names(declared)));
    }
    for (const auto& declared_field : declared) {
      const Path at{&path, declared_field.name, 0, false, declared_field.secret};
      const auto* given = value.find(declared_field.name);
      const bool good =
          given == nullptr ? absent(declared_field, at) : field(declared_field, *given, at);
      if (!good) return false;
    }
    return true;
  }

  bool field(const schema::Field& declared, const Value& value, const Path& path) {
    if (!write(declared.type, value, path, declared.limits.unique)) return false;
    const auto broken = broken_limit(package_, declared.type, declared.limits, value);
    return broken ? expected(*broken, value, path) : true;
  }

  bool absent(const schema::Field& declared, const Path& path) {
    if (declared.default_value) {
      if (schema::is_scalar(declared.type.kind)) {
        out_.insert(out_.end(), declared.default_value->begin(), declared.default_value->end());
        return true;
      }
      // Padding inside depends on where the value stands, so it is written anew.
      const auto text = to_text(package_, declared.type, *declared.default_value, limits_);
      if (!text) return fail(path, text.error().code(), text.error().message());
      const auto value = parse(*text);
      if (!value) return fail(path, value.error().code(), value.error().message());
      return write(declared.type, *value, path);
    }
    if (schema::resolve(package_, declared.type).kind == Kind::optional) {
      return put(std::uint8_t{0});
    }
    return fail(path, errc::invalid_argument,
                concat("missing; expected ", schema::to_string(package_, declared.type)));
  }

  template <class Named>
  static std::string names(const std::vector<Named>& all) {
    std::string text;
    for (const auto& each : all) text += concat(text.empty() ? "" : ", ", each.name);
    return text;
  }

  const schema::Package& package_;
  CodecLimits limits_;
  Bytes out_;
  std::uint32_t depth_ = 0;
  std::uint32_t elements_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Bytes> to_payload(const schema::Package& package, const schema::Type& type,
                         const Value& value, std::string_view name, CodecLimits limits) {
  Writer writer(package, limits);
  writer.write(type, value, Path{nullptr, name});
  return std::move(writer).take();
}

}  // namespace kameo::json

#include "literal.hpp"
#include "cpp/spelling.hpp"
#include "names.hpp"

#include <cmath>
#include <limits>

namespace kameo::codegen::cpp {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

template <class Float>
std::string float_text(Float value, std::string_view type, std::string_view suffix) {
  if (std::isnan(value)) return concat("std::numeric_limits<", type, ">::quiet_NaN()");
  if (std::isinf(value)) {
    return concat(value < 0 ? "-" : "", "std::numeric_limits<", type, ">::infinity()");
  }
  return float_digits(value).append(suffix);
}

/// Three digits: the character behind it can't join in.
std::string octal(unsigned char c) {
  std::string text = "\\000";
  text[1] = static_cast<char>('0' + (c >> 6));
  text[2] = static_cast<char>('0' + ((c >> 3) & 7));
  text[3] = static_cast<char>('0' + (c & 7));
  return text;
}

std::string hex(unsigned value) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'0', 'x', digits[value >> 4 & 15], digits[value & 15]};
}

template <class List>
std::string joined(const List& parts, std::string_view separator = ", ") {
  std::string text;
  for (const auto& part : parts) text += concat(text.empty() ? "" : separator, part);
  return text;
}

class Writer final : public LiteralWriter {
 public:
  /// `holder`: the type whose member gets the value.
  Writer(const Spelling& spelling, const schema::Package& package, const Type& top,
         std::optional<std::uint32_t> holder)
      : LiteralWriter(package), spelling_(spelling), top_(top), holder_(holder) {}

 private:
  [[nodiscard]] std::string scalar(const Value& value) const override;
  [[nodiscard]] std::string none() const override { return "std::nullopt"; }

  [[nodiscard]] std::string container(const Value& value, const Type& written,
                                      const Parts& parts) const override {
    // Only the member's own type, or what its optional holds, can have a box.
    const bool outermost = &written == &top_ || (!top_.args.empty() && &written == &top_.args[0]);
    const auto type = spelling_.type(written, outermost ? holder_ : std::optional<std::uint32_t>());
    if (value.type.kind == Kind::numeric_array) {
      Parts shape;
      for (const auto dim : value.shape) shape.push_back(std::to_string(dim));
      return concat(type, "{{", joined(shape), "}, {", joined(parts), "}}");
    }
    if (value.type.kind == Kind::map) {
      Parts pairs;
      for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
        pairs.push_back(concat("{", parts[i], ", ", parts[i + 1], "}"));
      }
      return concat(type, "{", joined(pairs), "}");
    }
    return concat(type, "{", joined(parts), "}");
  }
  [[nodiscard]] std::string enumeration(const TypeDef& def, std::uint16_t index) const override {
    return concat(spelling_.name(def), "::", cpp_name(def.values[index].name));
  }
  [[nodiscard]] std::string record(const TypeDef& def, std::uint16_t index,
                                   const Parts& parts) const override {
    const auto fields = concat("{", joined(parts), "}");
    if (def.form != TypeDef::Form::tagged_union) return spelling_.name(def) + fields;
    return concat(spelling_.name(def), "{", spelling_.variant(def, index), fields, "}");
  }

  const Spelling& spelling_;
  const Type& top_;
  std::optional<std::uint32_t> holder_;
};

std::string Writer::scalar(const Value& value) const {
  switch (value.type.kind) {
    case Kind::boolean:
      return std::get<bool>(value.held) ? "true" : "false";
    case Kind::f32:
      return number(std::get<float>(value.held));
    case Kind::f64:
      return number(std::get<double>(value.held));
    case Kind::string: {
      const auto& text = std::get<std::string>(value.held);
      if (text.find('\0') == std::string::npos) return quoted(text);
      return concat("std::string(", quoted(text), ", ", text.size(), ")");
    }
    case Kind::bytes: {
      Parts bytes;
      for (const auto byte : std::get<Bytes>(value.held)) {
        bytes.push_back(concat("std::byte{", hex(std::to_integer<unsigned>(byte)), "}"));
      }
      return concat("kameo::Bytes{", joined(bytes), "}");
    }
    case Kind::timestamp:
      return concat("kameo::Timestamp{kameo::Duration{", number(std::get<std::int64_t>(value.held)),
                    "}}");
    case Kind::duration:
      return concat("kameo::Duration{", number(std::get<std::int64_t>(value.held)), "}");
    case Kind::uuid: {
      Parts bytes;
      for (const auto byte : std::get<Uuid>(value.held).bytes) bytes.push_back(hex(byte));
      return concat("kameo::Uuid{{{", joined(bytes), "}}}");
    }
    case Kind::decimal: {
      const auto& decimal = std::get<Decimal>(value.held);
      return concat("kameo::Decimal{", number(decimal.high), ", ", number(decimal.low), ", ",
                    decimal.exponent, ", ", decimal.negative, "}");
    }
    default:
      break;
  }
  if (const auto* natural = std::get_if<std::uint64_t>(&value.held)) return number(*natural);
  return number(std::get<std::int64_t>(value.held));
}

}  // namespace

std::string quoted(std::string_view text) {
  return in_quotes(text, false, octal);
}

std::string number(std::int64_t value) {
  // There is no literal for it: the minus is an operator, and the number behind it does not fit.
  if (value == std::numeric_limits<std::int64_t>::min()) {
    return "std::numeric_limits<std::int64_t>::min()";
  }
  return std::to_string(value);
}

std::string number(std::uint64_t value) {
  const bool beyond_signed = value > std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  return std::to_string(value) + (beyond_signed ? "U" : "");
}

std::string number(double value) {
  return float_text(value, "double", "");
}
std::string number(float value) {
  return float_text(value, "float", "F");
}

std::string Spelling::literal(const Value& value, const Type& written,
                              std::optional<std::uint32_t> holder) const {
  return Writer(*this, package_, written, holder).write(value, written);
}

}  // namespace kameo::codegen::cpp

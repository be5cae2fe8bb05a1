#include "cpp/spelling.hpp"

#include "names.hpp"

#include <array>
#include <charconv>
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
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text.append(suffix);
}

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

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += octal(static_cast<unsigned char>(c));  // three digits: the next one can't join in
    } else {
      out += c;
    }
  }
  return out + '"';
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
  const auto& type = value.type;
  const auto spelled = this->type(written, holder);
  const auto parts = [&] { return std::get<Value::Parts>(value.held); };
  const auto listed = [&](auto part_type) {
    std::string text;
    for (std::size_t i = 0; i < parts().size(); ++i) {
      text += (i == 0 ? "" : ", ") + literal(parts()[i], part_type(i));
    }
    return text;
  };
  switch (type.kind) {
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
      std::string text;
      for (const auto byte : std::get<Bytes>(value.held)) {
        text += concat(text.empty() ? "" : ", ", "std::byte{", hex(std::to_integer<unsigned>(byte)),
                       "}");
      }
      return concat("kameo::Bytes{", text, "}");
    }
    case Kind::timestamp:
      return concat("kameo::Timestamp{kameo::Duration{", number(std::get<std::int64_t>(value.held)),
                    "}}");
    case Kind::duration:
      return concat("kameo::Duration{", number(std::get<std::int64_t>(value.held)), "}");
    case Kind::uuid: {
      std::string text;
      for (const auto byte : std::get<Uuid>(value.held).bytes) {
        text += (text.empty() ? "" : ", ") + hex(byte);
      }
      return concat("kameo::Uuid{{{", text, "}}}");
    }
    case Kind::decimal: {
      const auto& decimal = std::get<Decimal>(value.held);
      return concat("kameo::Decimal{", number(decimal.high), ", ", number(decimal.low), ", ",
                    decimal.exponent, ", ", decimal.negative, "}");
    }
    case Kind::optional:
      if (std::holds_alternative<Value::None>(value.held)) return "std::nullopt";
      return literal(parts()[0], type.args[0], holder);
    case Kind::map: {
      std::string text;
      for (std::size_t i = 0; i + 1 < parts().size(); i += 2) {
        text += concat(i == 0 ? "" : ", ", "{", literal(parts()[i], type.args[0]), ", ",
                       literal(parts()[i + 1], type.args[1]), "}");
      }
      return concat(spelled, "{", text, "}");
    }
    case Kind::tuple:
      return concat(spelled, "{", listed([&](std::size_t i) { return type.args[i]; }), "}");
    case Kind::list:
    case Kind::set:
    case Kind::fixed_array:
      return concat(spelled, "{", listed([&](std::size_t) { return type.args[0]; }), "}");
    case Kind::numeric_array: {
      std::string shape;
      for (const auto dim : value.shape) shape += concat(shape.empty() ? "" : ", ", dim);
      return concat(spelled, "{{", shape, "}, {", listed([&](std::size_t) { return type.args[0]; }),
                    "}}");
    }
    case Kind::named:
      return named_literal(value);
    default:
      break;
  }
  if (const auto* natural = std::get_if<std::uint64_t>(&value.held)) return number(*natural);
  return number(std::get<std::int64_t>(value.held));
}

std::string Spelling::named_literal(const Value& value) const {
  const auto& def = package_.type(value.type);
  if (def.form == TypeDef::Form::enumeration) {
    return concat(name(def), "::", cpp_name(def.values[value.index].name));
  }
  const bool is_union = def.form == TypeDef::Form::tagged_union;
  const auto& fields = is_union ? def.variants[value.index].fields : def.fields;
  const auto& parts = std::get<Value::Parts>(value.held);
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? "" : ", ") + literal(parts[i], fields[i].type);
  }
  if (is_union) return concat(name(def), "{", variant(def, value.index), "{", text, "}}");
  return concat(name(def), "{", text, "}");
}

}  // namespace kameo::codegen::cpp

#include "names.hpp"
#include "python/annotation.hpp"

#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <functional>

namespace kameo::codegen::python {
namespace {

using schema::Kind;
using schema::TypeDef;

template <class Float>
std::string float_text(Float value) {
  if (std::isnan(value)) return "float(\"nan\")";
  if (std::isinf(value)) return value < 0 ? "float(\"-inf\")" : "float(\"inf\")";
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string hex(unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'\\', 'x', digits[c >> 4], digits[c & 15]};
}

std::string escaped(std::string_view text, bool ascii_only) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f || (ascii_only && byte > 0x7f)) {
      out += hex(byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string quoted(std::string_view text) {
  return escaped(text, false);
}

std::string Annotations::literal(const Value& value) {
  const auto& type = value.type;
  const auto parts = [&]() -> const Value::Parts& { return std::get<Value::Parts>(value.held); };
  const auto listed = [&](std::size_t from, std::size_t to) {
    std::string text;
    for (; from < to; ++from) {
      text += literal(parts()[from]);
      if (from + 1 < to) text += ", ";
    }
    return text;
  };
  const auto all = [&] { return listed(0, parts().size()); };
  switch (type.kind) {
    case Kind::boolean:
      return std::get<bool>(value.held) ? "True" : "False";
    case Kind::f32:
      return float_text(std::get<float>(value.held));
    case Kind::f64:
      return float_text(std::get<double>(value.held));
    case Kind::string:
      return quoted(std::get<std::string>(value.held));
    case Kind::bytes:
      return "b" + escaped(as_text(std::get<Bytes>(value.held)), true);
    case Kind::timestamp:
      return concat("_support.timestamp(", std::get<std::int64_t>(value.held), ")");
    case Kind::duration:
      return concat("_support.duration(", std::get<std::int64_t>(value.held), ")");
    case Kind::uuid:
      return concat("_support.uuid(", quoted(to_string(std::get<Uuid>(value.held))), ")");
    case Kind::decimal:
      return concat("_support.decimal(", quoted(to_string(std::get<Decimal>(value.held))), ")");
    case Kind::optional:
      if (std::holds_alternative<Value::None>(value.held)) return "None";
      return literal(parts()[0]);
    case Kind::list:
    case Kind::fixed_array:
      return concat("[", all(), "]");
    case Kind::set:
      return parts().empty() ? "set()" : concat("{", all(), "}");
    case Kind::tuple:
      return concat("(", all(), parts().size() == 1 ? ",)" : ")");
    case Kind::map: {
      std::string text;
      for (std::size_t i = 0; i + 1 < parts().size(); i += 2) {
        text += concat(i == 0 ? "" : ", ", literal(parts()[i]), ": ", literal(parts()[i + 1]));
      }
      return concat("{", text, "}");
    }
    case Kind::numeric_array: {
      // One list per dimension, the last one innermost.
      std::size_t at = 0;
      const std::function<std::string(std::size_t)> nest = [&](std::size_t dim) {
        if (dim + 1 == value.shape.size()) {
          const auto from = at;
          at += value.shape[dim];
          return concat("[", listed(from, at), "]");
        }
        std::string text;
        for (std::uint32_t i = 0; i < value.shape[dim]; ++i) {
          text += concat(i == 0 ? "" : ", ", nest(dim + 1));
        }
        return concat("[", text, "]");
      };
      return nest(0);
    }
    case Kind::named: {
      const auto& def = package_.type(type);
      if (def.form == TypeDef::Form::enumeration) {
        return concat(name(def), ".", upper_case(def.values[value.index].name));
      }
      const bool is_union = def.form == TypeDef::Form::tagged_union;
      const auto& fields = is_union ? def.variants[value.index].fields : def.fields;
      auto text = name(def) + (is_union ? pascal_case(def.variants[value.index].name) : "") + "(";
      for (std::size_t i = 0; i < parts().size(); ++i) {
        text += concat(i == 0 ? "" : ", ", python_name(fields[i].name), "=", literal(parts()[i]));
      }
      return text + ")";
    }
    default:
      break;
  }
  if (const auto* natural = std::get_if<std::uint64_t>(&value.held))
    return std::to_string(*natural);
  return std::to_string(std::get<std::int64_t>(value.held));
}

bool Annotations::is_shareable(const Value& value) const {
  switch (value.type.kind) {
    case Kind::list:
    case Kind::fixed_array:
    case Kind::set:
    case Kind::map:
    case Kind::numeric_array:
      return false;
    // Immutable, but their modules are imported only where a default is used.
    case Kind::timestamp:
    case Kind::duration:
    case Kind::uuid:
    case Kind::decimal:
      return false;
    case Kind::named:
      return package_.type(value.type).form == TypeDef::Form::enumeration;
    case Kind::optional:
    case Kind::tuple: {
      const auto* parts = std::get_if<Value::Parts>(&value.held);
      if (parts == nullptr) return true;
      for (const auto& part : *parts) {
        if (!is_shareable(part)) return false;
      }
      return true;
    }
    default:
      return true;
  }
}

}  // namespace kameo::codegen::python

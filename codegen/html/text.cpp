#include "html/text.hpp"

#include <kameo/base64.hpp>
#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include <array>
#include <charconv>

namespace kameo::codegen::html {

using schema::Kind;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string paragraphs(std::string_view doc) {
  if (doc.empty()) return {};
  std::string out = "<p>";
  bool code = false;
  const auto text = escaped(doc);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool closes = code || text.find('`', i + 1) != std::string::npos;
    if (text[i] == '`' && closes) {
      out += code ? "</code>" : "<code>";
      code = !code;
    } else if (!code && text.substr(i, 2) == "\n\n") {
      out += "</p>\n<p>";
      ++i;
    } else {
      out += text[i];
    }
  }
  return out + "</p>";
}

std::string anchor(std::string_view package, std::string_view name) {
  return concat(package, ".", name);
}

std::string type_link(const schema::Package& package, const schema::Type& type,
                      const std::string& home) {
  if (type.kind == Kind::named) {
    const auto& def = package.types[type.ref];
    const auto full = anchor(def.package, def.name);
    return concat("<a href=\"#", full, "\">", def.package == home ? def.name : full, "</a>");
  }
  std::string out(to_string(type.kind));
  std::string inside;
  for (const auto& arg : type.args) {
    inside += concat(inside.empty() ? "" : "; ", type_link(package, arg, home));
  }
  std::string dims;
  for (const auto dim : type.dims) {
    dims += concat(dims.empty() ? "" : "x", dim == 0 ? "*" : std::to_string(dim));
  }
  if (!dims.empty()) inside += concat(inside.empty() ? "" : "; ", dims);
  if (!inside.empty()) out += concat("&lt;", inside, "&gt;");
  return out;
}

namespace {

template <class Number>
std::string number_text(Number number) {
  std::array<char, 64> buffer{};
  const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
  return {buffer.data(), done.ptr};
}

/// A struct's or variant's fields: `{size: 1, price: 9.5}`.
std::string fields_text(const schema::Package& package, const std::vector<schema::Field>& fields,
                        const Value::Parts& parts) {
  std::string out;
  for (std::size_t i = 0; i < fields.size() && i < parts.size(); ++i) {
    out += concat(out.empty() ? "" : ", ", fields[i].name, ": ", value_text(package, parts[i]));
  }
  return concat("{", out, "}");
}

std::string named_text(const schema::Package& package, const Value& value) {
  const auto& def = package.types[value.type.ref];
  const auto* parts = std::get_if<Value::Parts>(&value.held);
  static const Value::Parts none;
  if (parts == nullptr) parts = &none;
  switch (def.form) {
    case schema::TypeDef::Form::enumeration:
      return def.values[value.index].name;
    case schema::TypeDef::Form::tagged_union: {
      const auto& variant = def.variants[value.index];
      if (variant.shape == schema::Variant::Shape::unit) return variant.name;
      const auto held = variant.shape == schema::Variant::Shape::value && !parts->empty()
                            ? value_text(package, parts->front())
                            : fields_text(package, variant.fields, *parts);
      return concat("{", variant.name, ": ", held, "}");
    }
    case schema::TypeDef::Form::structure:
      return fields_text(package, def.fields, *parts);
    case schema::TypeDef::Form::alias:
      break;  // followed when the value was read
  }
  return {};
}

std::string parts_text(const schema::Package& package, const Value& value,
                       const Value::Parts& parts) {
  if (value.type.kind == Kind::optional) return value_text(package, parts.front());
  const bool map = value.type.kind == Kind::map;
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_value = map && i % 2 == 1;
    out += concat(out.empty() ? "" : is_value ? ": " : ", ", value_text(package, parts[i]));
  }
  return map ? concat("{", out, "}") : concat("[", out, "]");
}

}  // namespace

std::string value_text(const schema::Package& package, const Value& value) {
  if (value.type.kind == Kind::named) return named_text(package, value);
  return std::visit(
      [&](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, Value::None>) {
          return "none";
        } else if constexpr (std::is_same_v<Held, bool>) {
          return held ? "true" : "false";
        } else if constexpr (std::is_same_v<Held, std::int64_t>) {
          if (value.type.kind == Kind::timestamp) return to_string(Timestamp(Duration(held)));
          if (value.type.kind == Kind::duration) return to_string(Duration(held));
          return number_text(held);
        } else if constexpr (std::is_arithmetic_v<Held>) {
          return number_text(held);
        } else if constexpr (std::is_same_v<Held, std::string>) {
          return concat("\"", held, "\"");
        } else if constexpr (std::is_same_v<Held, Bytes>) {
          std::string out;
          append_base64(out, held);
          return out;
        } else if constexpr (std::is_same_v<Held, Value::Parts>) {
          return parts_text(package, value, held);
        } else {
          return to_string(held);
        }
      },
      value.held);
}

}  // namespace kameo::codegen::html

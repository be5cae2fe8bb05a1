#include "literal.hpp"
#include "names.hpp"
#include "python/annotation.hpp"

#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include <algorithm>
#include <cmath>

namespace kameo::codegen::python {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

template <class Float>
std::string float_text(Float value) {
  if (std::isnan(value)) return "float(\"nan\")";
  if (std::isinf(value)) return value < 0 ? "float(\"-inf\")" : "float(\"inf\")";
  return float_digits(value);
}

std::string hex(unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {'\\', 'x', digits[c >> 4], digits[c & 15]};
}

class Writer final : public LiteralWriter {
 public:
  Writer(Annotations& annotations, const schema::Package& package)
      : LiteralWriter(package), annotations_(annotations) {}

 private:
  [[nodiscard]] std::string scalar(const Value& value) const override;
  [[nodiscard]] std::string none() const override { return "None"; }

  [[nodiscard]] std::string container(const Value& value, const Type&,
                                      const Parts& parts) const override {
    switch (value.type.kind) {
      case Kind::set:
        return parts.empty() ? "set()" : concat("{", listed(parts, 0, parts.size()), "}");
      case Kind::tuple:
        return concat("(", listed(parts, 0, parts.size()), parts.size() == 1 ? ",)" : ")");
      case Kind::map: {
        std::string text;
        for (std::size_t i = 0; i + 1 < parts.size(); i += 2) {
          text += concat(i == 0 ? "" : ", ", parts[i], ": ", parts[i + 1]);
        }
        return concat("{", text, "}");
      }
      case Kind::numeric_array: {
        std::size_t at = 0;
        return nested(value.shape, 0, parts, at);
      }
      default:
        return concat("[", listed(parts, 0, parts.size()), "]");
    }
  }
  [[nodiscard]] std::string enumeration(const TypeDef& def, std::uint16_t index) const override {
    const auto& value = def.values[index];
    // By its name it would warn, here where nobody can do anything about it.
    if (!value.deprecated.empty())
      return concat(annotations_.name(def), "(", quoted(value.name), ")");
    return concat(annotations_.name(def), ".", upper_case(value.name));
  }
  [[nodiscard]] std::string record(const TypeDef& def, std::uint16_t index,
                                   const Parts& parts) const override {
    const bool is_union = def.form == TypeDef::Form::tagged_union;
    auto text = annotations_.name(def) +
                (is_union ? pascal_case(def.variants[index].name) : std::string()) + "(";
    const auto& fields = fields_of(def, index);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      text += concat(i == 0 ? "" : ", ", python_name(fields[i].name), "=", parts[i]);
    }
    return text + ")";
  }

  static std::string listed(const Parts& parts, std::size_t from, std::size_t to) {
    std::string text;
    for (auto i = from; i < to; ++i) text += concat(i == from ? "" : ", ", parts[i]);
    return text;
  }
  /// One list per dimension, the last one innermost.
  static std::string nested(const std::vector<std::uint32_t>& shape, std::size_t dim,
                            const Parts& parts, std::size_t& at) {
    if (dim + 1 == shape.size()) {
      const auto from = at;
      at += shape[dim];
      return concat("[", listed(parts, from, at), "]");
    }
    std::string text;
    for (std::uint32_t i = 0; i < shape[dim]; ++i) {
      text += concat(i == 0 ? "" : ", ", nested(shape, dim + 1, parts, at));
    }
    return concat("[", text, "]");
  }

  Annotations& annotations_;
};

std::string Writer::scalar(const Value& value) const {
  switch (value.type.kind) {
    case Kind::boolean:
      return std::get<bool>(value.held) ? "True" : "False";
    case Kind::f32:
      return float_text(std::get<float>(value.held));
    case Kind::f64:
      return float_text(std::get<double>(value.held));
    case Kind::string:
      return quoted(std::get<std::string>(value.held));
    case Kind::bytes:
      return "b" + in_quotes(as_text(std::get<Bytes>(value.held)), true, hex);
    case Kind::timestamp:
      return concat("_support.timestamp(", std::get<std::int64_t>(value.held), ")");
    case Kind::duration:
      return concat("_support.duration(", std::get<std::int64_t>(value.held), ")");
    case Kind::uuid:
      return concat("_support.uuid(", quoted(to_string(std::get<Uuid>(value.held))), ")");
    case Kind::decimal:
      return concat("_support.decimal(", quoted(to_string(std::get<Decimal>(value.held))), ")");
    default:
      break;
  }
  if (const auto* natural = std::get_if<std::uint64_t>(&value.held)) {
    return std::to_string(*natural);
  }
  return std::to_string(std::get<std::int64_t>(value.held));
}

}  // namespace

std::string quoted(std::string_view text) {
  return in_quotes(text, false, hex);
}

std::string Annotations::literal(const Value& value) {
  return Writer(*this, package_).write(value, value.type);
}

bool Annotations::is_immutable(const Value& value) const {
  switch (value.type.kind) {
    case Kind::list:
    case Kind::fixed_array:
    case Kind::set:
    case Kind::map:
    case Kind::numeric_array:
      return false;
    case Kind::named:
      return package_.type(value.type).form == TypeDef::Form::enumeration;
    case Kind::optional:
    case Kind::tuple: {
      const auto* parts = std::get_if<Value::Parts>(&value.held);
      if (parts == nullptr) return true;
      for (const auto& part : *parts) {
        if (!is_immutable(part)) return false;
      }
      return true;
    }
    default:
      return true;
  }
}

// NOLINTNEXTLINE(misc-no-recursion): a value nests
bool Annotations::is_made_late(const Value& value) const {
  switch (value.type.kind) {
    case Kind::timestamp:
    case Kind::duration:
    case Kind::uuid:
    case Kind::decimal:
      return true;
    case Kind::named:
      return package_.type(value.type).form == TypeDef::Form::enumeration;
    default:
      break;
  }
  const auto* parts = std::get_if<Value::Parts>(&value.held);
  return parts != nullptr &&
         std::ranges::any_of(*parts, [this](const auto& part) { return is_made_late(part); });
}

}  // namespace kameo::codegen::python

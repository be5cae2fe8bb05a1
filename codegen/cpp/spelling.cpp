#include "cpp/spelling.hpp"

#include "names.hpp"

#include <algorithm>

namespace kameo::codegen::cpp {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

std::string_view scalar(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "bool";
    case Kind::i8:
      return "std::int8_t";
    case Kind::i16:
      return "std::int16_t";
    case Kind::i32:
      return "std::int32_t";
    case Kind::i64:
      return "std::int64_t";
    case Kind::u8:
      return "std::uint8_t";
    case Kind::u16:
      return "std::uint16_t";
    case Kind::u32:
      return "std::uint32_t";
    case Kind::u64:
      return "std::uint64_t";
    case Kind::f32:
      return "float";
    case Kind::f64:
      return "double";
    case Kind::string:
      return "std::string";
    case Kind::bytes:
      return "kameo::Bytes";
    case Kind::timestamp:
      return "kameo::Timestamp";
    case Kind::duration:
      return "kameo::Duration";
    case Kind::uuid:
      return "kameo::Uuid";
    case Kind::decimal:
      return "kameo::Decimal";
    default:
      return {};
  }
}

}  // namespace

std::string Spelling::type(const Type& type, std::optional<std::uint32_t> holder) const {
  return spell(type, holder, In::member);
}

std::string Spelling::variant_member(const Type& type, std::uint32_t holder) const {
  return spell(type, holder, In::optional);
}

std::string Spelling::spell(const Type& type, std::optional<std::uint32_t> holder, In in) const {
  const auto arg = [&](std::size_t i, In inside) { return spell(type.args[i], holder, inside); };
  switch (type.kind) {
    case Kind::optional:
      return concat("std::optional<", arg(0, in == In::container ? in : In::optional), ">");
    case Kind::list: {
      const bool of_named = type.args[0].kind == Kind::named;
      return concat("std::vector<", arg(0, of_named ? In::member : In::container), ">");
    }
    case Kind::set:
      return concat("std::set<", arg(0, In::member), ">");
    case Kind::map:
      return concat("std::map<", arg(0, In::member), ", ", arg(1, In::container), ">");
    case Kind::fixed_array:
      return concat("std::array<", arg(0, in), ", ", type.dims[0], ">");
    case Kind::tuple: {
      std::string text = "std::tuple<";
      for (std::size_t i = 0; i < type.args.size(); ++i) {
        text += (i == 0 ? "" : ", ") + arg(i, in);
      }
      return text + ">";
    }
    case Kind::numeric_array: {
      auto text = "kameo::NumericArray<" + arg(0, In::member);
      for (const auto dim : type.dims) text += concat(", ", dim);
      return text + ">";
    }
    case Kind::named: {
      const auto text = name(package_.type(type));
      const bool boxed =
          holder && (in == In::optional    ? order_.needs_box(*holder, type.ref)
                     : in == In::container ? order_.needs_box_in_container(*holder, type.ref)
                                           : false);
      return boxed ? concat("kameo::Box<", text, ">") : text;
    }
    default:
      return std::string(scalar(type.kind));
  }
}

std::string Spelling::name(const TypeDef& def) const {
  if (def.package == package_.name) return def.name;
  // From inside a::b the name b would find a::b, not another package b.
  const auto home = split(package_.name, '.');
  const bool hidden = std::find(home.begin(), home.end(), split(def.package, '.')[0]) != home.end();
  return concat(hidden ? "::" : "", replace_dots(def.package, "::"), "::", def.name);
}

std::string Spelling::variant(const TypeDef& def, std::size_t index) const {
  return name(def) + pascal_case(def.variants[index].name);
}

std::string Spelling::initial(const Type& written) const {
  const auto& type = schema::resolve(package_, written);
  switch (type.kind) {
    case Kind::boolean:
      return "false";
    case Kind::f32:
      return "0.0F";
    case Kind::f64:
      return "0.0";
    case Kind::timestamp:
    case Kind::duration:
    case Kind::fixed_array:
    case Kind::tuple:
      return "{}";
    case Kind::named: {
      const auto& def = package_.type(type);
      if (def.form != TypeDef::Form::enumeration || def.values.empty()) return {};
      return concat(name(def), "::", cpp_name(def.values[0].name));
    }
    default:
      return schema::is_integer(type.kind) ? "0" : "";
  }
}

}  // namespace kameo::codegen::cpp

#pragma once

#include <kameo/json/payload.hpp>
#include <kameo/schema/package.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace kameo::test {

/// Reads the short form in which the vectors describe types: tests/vectors/README.md.
class Definitions {
 public:
  explicit Definitions(const nlohmann::ordered_json& definitions, std::string package = "vectors") {
    package_.name = package;
    for (const auto& [name, definition] : definitions.items()) {
      schema::TypeDef def;
      def.package = package;
      def.name = name;
      package_.types.push_back(def);
    }
    // Names first: a type may use one that comes later.
    std::size_t index = 0;
    for (const auto& definition : definitions) fill(package_.types[index++], definition);
  }

  [[nodiscard]] const schema::Package& package() const { return package_; }

  [[nodiscard]] std::uint32_t index_of(std::string_view name) const {
    for (std::uint32_t i = 0; i < package_.types.size(); ++i) {
      if (package_.types[i].name == name) return i;
    }
    throw std::out_of_range("no type " + std::string(name));
  }

  /// The type of a spelling such as `map<string; list<Tick>>`.
  [[nodiscard]] schema::Type type(std::string_view text) const {
    const auto open = text.find('<');
    const auto name = text.substr(0, open);
    schema::Type made;
    for (std::size_t i = 0; i < schema::kind_count - 1; ++i) {
      made.kind = static_cast<schema::Kind>(i);
      if (to_string(made.kind) == name) break;
      made.kind = schema::Kind::named;
    }
    if (made.kind == schema::Kind::named) {
      made.ref = index_of(name);
      return made;
    }
    if (open == std::string_view::npos) return made;
    auto inner = text.substr(open + 1, text.rfind('>') - open - 1);
    while (!inner.empty()) {
      const auto part = first_part(inner);
      const bool takes_dims =
          made.kind == schema::Kind::fixed_array || made.kind == schema::Kind::numeric_array;
      if (takes_dims && !made.args.empty()) {
        dims(part, made.dims);
      } else {
        made.args.push_back(type(part));
      }
    }
    return made;
  }

 private:
  /// Takes what stands before the next `;` at this level off `inner`.
  static std::string_view first_part(std::string_view& inner) {
    std::size_t at = 0;
    for (int depth = 0; at < inner.size() && (depth > 0 || inner[at] != ';'); ++at) {
      depth += inner[at] == '<' ? 1 : inner[at] == '>' ? -1 : 0;
    }
    auto part = inner.substr(0, at);
    inner.remove_prefix(std::min(at + 1, inner.size()));
    while (part.starts_with(' ')) part.remove_prefix(1);
    return part;
  }
  static void dims(std::string_view text, std::vector<std::uint32_t>& out) {
    for (std::size_t at = 0; at <= text.size();) {
      const auto end = std::min(text.find('x', at), text.size());
      const auto part = std::string(text.substr(at, end - at));
      out.push_back(part == "*" ? 0 : static_cast<std::uint32_t>(std::stoul(part)));
      at = end + 1;
    }
  }

  [[nodiscard]] std::vector<schema::Field> fields(const nlohmann::ordered_json& list) const {
    std::vector<schema::Field> made;
    for (const auto& item : list) {
      schema::Field field;
      field.name = item[0].get<std::string>();
      field.type = type(item[1].get<std::string>());
      if (item.size() > 2 && item[2].contains("default")) {
        const auto value = json::parse(item[2]["default"].dump()).value();
        field.default_value = json::to_payload(package_, field.type, value, field.name).value();
      }
      made.push_back(std::move(field));
    }
    return made;
  }

  void fill(schema::TypeDef& def, const nlohmann::ordered_json& definition) const {
    using Form = schema::TypeDef::Form;
    using Shape = schema::Variant::Shape;
    if (definition.contains("struct")) {
      def.fields = fields(definition["struct"]);
    } else if (definition.contains("alias")) {
      def.form = Form::alias;
      def.target = type(definition["alias"].get<std::string>());
    } else if (definition.contains("enum")) {
      def.form = Form::enumeration;
      for (const auto& value : definition["enum"]) {
        def.values.push_back({value.get<std::string>(), "", ""});
      }
    } else {
      def.form = Form::tagged_union;
      for (const auto& item : definition.at("union")) {
        schema::Variant variant;
        variant.name = item[0].get<std::string>();
        if (item.size() > 1 && item[1].is_string()) {
          variant.shape = Shape::value;
          variant.fields = fields(nlohmann::ordered_json::array({{"value", item[1]}}));
        } else if (item.size() > 1) {
          variant.shape = Shape::fields;
          variant.fields = fields(item[1]);
        }
        def.variants.push_back(std::move(variant));
      }
    }
  }

  schema::Package package_;
};

}  // namespace kameo::test

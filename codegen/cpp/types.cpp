#include "cpp/types.hpp"

#include "comments.hpp"
#include "cpp/limits.hpp"
#include "layout.hpp"
#include "names.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace kameo::codegen::cpp {
namespace {

using schema::Field;
using schema::Kind;
using schema::TypeDef;
using Index = std::uint32_t;

/// Names that a generated struct gives to something else than a field.
std::string member_name(const Field& field) {
  return cpp_name(field.name, std::array<std::string_view, 1>{"error_name"});
}

/// What the functions of types.cpp call their own.
constexpr auto local_names = std::to_array<std::string_view>({"value", "in", "out", "at"});

std::string attribute(const std::string& deprecated) {
  return deprecated.empty() ? "" : concat("[[deprecated(", quoted(deprecated), ")]] ");
}

/// The parameter that sets a member: `price_`. Two underscores in a row are the compiler's own.
std::string parameter_name(const std::string& member) {
  return member.ends_with('_') ? concat(member, "value") : concat(member, "_");
}

class Describer {
 public:
  Describer(const schema::Package& package, const Order& order, const Spelling& spelling)
      : package_(package), order_(order), spelling_(spelling), limited_(package) {
    const auto note = [this](const schema::Method& method) {
      errors_.insert(method.errors.begin(), method.errors.end());
    };
    for (const auto& actor : package.actors) {
      std::for_each(actor.handlers.begin(), actor.handlers.end(), note);
    }
    for (const auto& module : package.modules) {
      std::for_each(module.callbacks.begin(), module.callbacks.end(), note);
    }
  }

  Data type(Index index) {
    const auto& def = package_.types[index];
    Data data;
    data.set("name", def.name);
    data.set("full_name", concat(def.package, ".", def.name));
    data.set("doc", list_of(comment_lines(with_deprecation(def.doc, def.deprecated), 0)));
    data.set("attribute", attribute(def.deprecated));
    data.set("ordered", order_.has_order(index));
    data.set("limited", limited_.contains(index));
    data.set("is_enum", def.form == TypeDef::Form::enumeration);
    data.set("is_struct", def.form == TypeDef::Form::structure);
    data.set("is_union", def.form == TypeDef::Form::tagged_union);
    data.set("is_hashed",
             def.form == TypeDef::Form::structure || def.form == TypeDef::Form::tagged_union);
    data.set("is_drawn", def.form != TypeDef::Form::alias);
    data.set("is_alias", def.form == TypeDef::Form::alias);
    switch (def.form) {
      case TypeDef::Form::structure:
        add_struct(data, index);
        break;
      case TypeDef::Form::enumeration:
        add_enum(data, def);
        break;
      case TypeDef::Form::tagged_union:
        add_union(data, index);
        break;
      case TypeDef::Form::alias:
        data.set("target", spelling_.type(def.target, index));
        break;
    }
    return data;
  }

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }

 private:
  void add_enum(Data& data, const TypeDef& def) {
    auto values = list();
    for (const auto& value : def.values) {
      Data entry;
      entry.set("value", cpp_name(value.name));
      entry.set("text", quoted(value.name));
      auto behind = attribute(value.deprecated);
      if (!behind.empty()) behind = " " + behind.substr(0, behind.size() - 1);
      entry.set("attribute", behind);
      add_comment(entry, with_deprecation(value.doc, value.deprecated),
                  concat("  ", value.name, behind, ","));
      values.push_back(entry);
    }
    data.set("values", values);
    data.set("count", std::to_string(def.values.size()));
    data.set("parse", concat("parse_", snake_case(def.name)));
  }

  void add_struct(Data& data, Index index) {
    const auto& def = package_.types[index];
    add_members(data, def.name, def.fields, index, false);
    data.set("is_error", errors_.contains(index));
    CheckedFields checked{def.fields, {}, {}, "Limits", 2};
    for (const auto& field : def.fields) {
      checked.members.push_back("value." + member_name(field));
      checked.names.push_back(field.name);
    }
    data.set("checks", list_of(limit_checks(package_, limited_, checked)));
    checked.constants = concat(def.name, "::Limits");
    data.set("draws", list_of(draw_statements(checked)));
  }

  void add_union(Data& data, Index index) {
    const auto& def = package_.types[index];
    auto variants = list();
    std::vector<std::string> names;
    std::vector<std::string> tags;
    for (std::size_t i = 0; i < def.variants.size(); ++i) {
      const auto& variant = def.variants[i];
      names.push_back(spelling_.variant(def, i));
      tags.push_back(quoted(variant.name));
      variants.push_back(describe_variant(def, index, i));
    }
    data.set("variants", variants);
    data.set("count", std::to_string(def.variants.size()));
    data.set("alternatives", call("  using Alternatives = std::variant<", names, ">;"));
    data.set("tags", call(concat("  static constexpr std::array<std::string_view, ", tags.size(),
                                 "> tags{"),
                          tags, "};"));
    const auto first = order_.default_variant(index);
    data.set("default_variant", names[first]);
    data.set("default_tag", def.variants[first].name);
    data.set("default_index", std::to_string(first));
    data.set("initial", first == 0 ? "" : concat("{", names[first], "()}"));
  }

  Data describe_variant(const TypeDef& def, Index owner, std::size_t i) {
    const auto& variant = def.variants[i];
    Data data;
    const auto name = spelling_.variant(def, i);
    data.set("name", name);
    data.set("union", def.name);
    data.set("trivial", order_.copies_trivially(variant.fields));
    data.set("tag", variant.name);
    data.set("index", std::to_string(i));
    data.set("comma", i + 1 == def.variants.size() ? ");" : ",");
    auto doc = with_deprecation(variant.doc, variant.deprecated);
    if (doc.empty()) doc = concat("Variant `", variant.name, "` of ", def.name, ".");
    data.set("doc", list_of(comment_lines(doc, 0)));
    data.set("attribute", attribute(variant.deprecated));
    data.set("ordered", order_.has_order(owner));
    // The alias inside the union's class, `Order::Limit`; the class's own names come first.
    data.set("alias", cpp_name(pascal_case(variant.name),
                               std::array<std::string_view, 2>{def.name, "Alternatives"}));
    data.set("local", cpp_name(variant.name, local_names));
    add_members(data, name, variant.fields, owner, true);
    std::string end_args = "at";
    for (const auto& field : variant.fields) {
      end_args += concat(", ", cpp_name(variant.name, local_names), ".", member_name(field));
    }
    data.set("end_args", end_args);
    add_variant_checks(data, variant, name);
    return data;
  }

  void add_variant_checks(Data& data, const schema::Variant& variant, const std::string& name) {
    // A variant of one value is one step of a path, not two.
    const bool is_value = variant.shape == schema::Variant::Shape::value;
    CheckedFields checked{variant.fields, {}, {}, concat(name, "::Limits"), 8};
    std::string hash_args;
    for (const auto& field : variant.fields) {
      const auto member = concat(cpp_name(variant.name, local_names), ".", member_name(field));
      checked.members.push_back(member);
      checked.names.push_back(is_value ? variant.name : field.name);
      hash_args += concat(hash_args.empty() ? "" : ", ", member);
    }
    auto checks = limit_checks(package_, limited_, checked);
    data.set("has_checks", !checks.empty());
    if (!checks.empty() && !is_value) {
      checks.insert(checks.begin(), concat("        const kameo::LimitCheck::Step step(check, ",
                                           quoted(variant.name), ");"));
    }
    data.set("checks", list_of(checks));
    data.set("hash_args", hash_args);

    CheckedFields drawn{variant.fields, {}, {}, concat(name, "::Limits"), 2};
    for (const auto& field : variant.fields) drawn.members.push_back("value." + member_name(field));
    data.set("draws", list_of(draw_statements(drawn)));
  }

  std::string spell(const Field& field, Index owner, bool in_variant) const {
    return in_variant ? spelling_.variant_member(field.type, owner)
                      : spelling_.type(field.type, owner);
  }

  std::string initial(const Field& field, Index owner) {
    if (!field.default_value) return spelling_.initial(field.type);
    const auto value = decode_default(package_, field.type, *field.default_value);
    if (!value) {
      error_ = value.error().with_context(concat("default of ", field.name));
      return {};
    }
    return spelling_.literal(*value, field.type, owner);
  }

  bool has_default(const Field& field) const {
    return field.default_value || schema::resolve(package_, field.type).kind == Kind::optional;
  }

  /// Members, constructors and what encodes them, of a struct or a variant called `name`.
  void add_members(Data& data, const std::string& name, const std::vector<Field>& all, Index owner,
                   bool in_variant) {
    std::vector<std::string> params;
    std::vector<std::string> inits;
    std::vector<std::string> values;
    auto fields = list();
    // Fields with a default at the end may be left out, so that a new one breaks no caller. Not
    // the first: without arguments there is the other constructor.
    std::size_t required = all.size();
    while (required > 1 && has_default(all[required - 1])) --required;

    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& field = all[i];
      const auto member = member_name(field);
      const auto type = spell(field, owner, in_variant);
      auto init = initial(field, owner);
      if (init == "std::nullopt") init.clear();

      Data entry;
      entry.set("name", member);
      entry.set("text", quoted(field.name));
      entry.set("type", type);
      // `Names names{"x"}` rather than `Names names = Names{"x"}`.
      const bool braces = init.starts_with(type + "{");
      const auto behind = braces                         ? init.substr(type.size())
                          : init.empty() || init == "{}" ? init
                                                         : concat(" = ", init);
      entry.set("initial", behind);
      entry.set("attribute", attribute(field.deprecated));
      entry.set("separator", i == 0 ? "" : ", ");
      entry.set("secret", field.secret);
      add_comment(entry, field_comment(field),
                  concat("  ", attribute(field.deprecated), type, " ", member, behind, ";"));
      fields.push_back(entry);

      const auto parameter = parameter_name(member);
      auto param = concat(type, " ", parameter);
      if (i >= required) param += concat(" = ", init.empty() ? "{}" : init);
      params.push_back(param);
      // Where a copy costs the same, std::move is noise, which clang-tidy reports.
      inits.push_back(order_.copies_trivially(field.type)
                          ? concat(member, "(", parameter, ")")
                          : concat(member, "(std::move(", parameter, "))"));
      values.push_back(concat("value.", member));
    }
    data.set("fields", fields);
    data.set("has_fields", !all.empty());
    // A constructor needs its members' types complete; of a recursive type they may come later.
    const bool later = order_.is_recursive(owner);
    data.set("later", later);
    auto head = concat("  ", name, "(");
    if (later) {
      data.set("constructor", call(head, params, ");"));
      for (auto& param : params) param.resize(std::min(param.find(" = "), param.size()));
      data.set("definition",
               with_inits(call(concat(name, "::", name, "("), params, ")"), inits, 0));
    } else {
      data.set("constructor", with_inits(call(head, params, ")"), inits, 2));
      data.set("definition", "");
    }
    values.insert(values.begin(), "at");
    data.set("end_call", call("  return kameo::fields_end(", values, ");"));
    values.front() = "out";
    data.set("encode_call", call("  kameo::encode_fields(", values, ");"));
    values.front() = "in";
    data.set("decode_call", call("  kameo::decode_fields(", values, ");"));
    values.erase(values.begin());
    data.set("hash_call", call("  return kameo::hash_fields(", values, ");"));
    const auto limits = limit_constants(package_, all);
    data.set("limits", limits);
    data.set("has_limits", limits.is_non_empty_list());
    data.set("unnamed_if_empty", all.empty() ? "" : " value");
    data.set("archive", all.empty() ? "Archive&" : "Archive& archive");
    data.set("is_error", false);
  }

  static std::string with_inits(const std::string& head, const std::vector<std::string>& inits,
                                std::size_t indent) {
    const auto line_start = head.rfind('\n') + 1;
    auto line = call(head + " : ", inits, " {}");
    if (line.find('\n', line_start) == std::string::npos && line_start == 0) return line;
    return call(head + "\n" + std::string(indent + 4, ' ') + ": ", inits, " {}");
  }

  /// Behind the code where the line stays within 100 columns, else before it.
  static void add_comment(Data& entry, const std::string& comment, const std::string& code) {
    const bool behind = comment.find('\n') == std::string::npos && !comment.ends_with('\\') &&
                        code.size() + comment.size() + 7 <= 100;
    entry.set("doc", behind ? list() : list_of(comment_lines(comment, 2)));
    entry.set("trailing", behind && !comment.empty() ? concat("  ///< ", comment) : "");
  }

  const schema::Package& package_;
  const Order& order_;
  const Spelling& spelling_;
  const LimitedTypes limited_;
  std::set<Index> errors_;
  std::optional<Error> error_;
};

}  // namespace

Result<Data> describe_types(const schema::Package& package, const Order& order,
                            const Spelling& spelling) {
  Describer describe(package, order, spelling);
  Data data;
  auto types = list();
  auto drawn = list();
  bool limited = false;
  const LimitedTypes limited_types(package);
  for (const auto index : order.types()) {
    types.push_back(describe.type(index));
    limited = limited || limited_types.contains(index);
    const auto& def = package.types[index];
    if (def.form == TypeDef::Form::alias) continue;
    for (std::size_t i = 0; i < def.variants.size(); ++i) {
      drawn.push_back(Data(spelling.variant(def, i)));
    }
    drawn.push_back(Data(def.name));
  }
  if (describe.error()) return *describe.error();

  auto forward = list();
  for (const auto index : order.forward()) {
    const auto& def = package.types[index];
    if (def.form == TypeDef::Form::enumeration) continue;  // they come first
    forward.push_back(
        concat(def.form == TypeDef::Form::tagged_union ? "class " : "struct ", def.name, ";"));
  }
  data.set("types", types);
  data.set("forward", forward);
  data.set("has_forward", forward.is_non_empty_list());
  data.set("drawn", drawn);
  data.set("has_limited", limited);
  return data;
}

}  // namespace kameo::codegen::cpp

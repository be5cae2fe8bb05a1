#include "value.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"
#include "limits.hpp"
#include "names.hpp"
#include "suggest.hpp"

#include <algorithm>

namespace kameo::idl {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

namespace {

constexpr std::uint32_t deepest = 64;  // CodecLimits::depth: no reader would take more

std::vector<std::string> names_of(const std::vector<schema::Field>& fields) {
  std::vector<std::string> names;
  for (const auto& field : fields) names.push_back(field.name);
  return names;
}

}  // namespace

bool ValueReader::wrong(const Node& node, const std::string& expected, std::string hint) {
  if (!node.is_bad()) {
    report_.error(codes_.bad, node.place, concat("expected ", expected, ", got ", shown(node)))
        .hint(std::move(hint));
  }
  return false;
}

std::optional<Bytes> ValueReader::read(const Node& node, const Type& type) {
  out_.clear();
  const auto before = report_.errors();
  value(node, type);
  if (report_.errors() > before || node.is_bad()) return std::nullopt;
  return std::move(out_);
}

std::optional<Bytes> ValueReader::read(const Node& node, const schema::Field& field) {
  out_.clear();
  defaults_.assign({&node});
  const auto before = report_.errors();
  limited(node, field);
  if (report_.errors() > before || node.is_bad()) return std::nullopt;
  return std::move(out_);
}

void ValueReader::limited(const Node& node, const schema::Field& field) {
  const auto before = report_.errors();
  value(node, field.type);
  if (report_.errors() > before) return;
  check_limits(draft_, node, field.type, field.limits, field.secret, codes_.limit, report_);
}

void ValueReader::value(const Node& node, const Type& type) {
  if (node.is_bad()) return;
  switch (type.kind) {
    case Kind::optional:
      return optional(node, type);
    case Kind::list:
    case Kind::set:
    case Kind::fixed_array:
    case Kind::tuple:
      return sequence(node, type);
    case Kind::map:
      return map(node, type);
    case Kind::numeric_array:
      return numeric_array(node, type);
    case Kind::named:
      return named(node, type);
    default:
      return scalar(node, type);
  }
}

bool ValueReader::trapped(const Node& node) {
  if (!node.is_scalar() || node.quoted) return false;
  const bool word = is_yaml_word(node.text);
  if (!word && !looks_like_number(node.text)) return false;
  report_
      .error(word ? Code::unquoted_word : Code::number_as_text, node.place,
             concat("`", excerpt(node.text), "` is a ",
                    word ? "truth value to some YAML readers" : "number to YAML", ", not text"))
      .hint(concat("write \"", excerpt(node.text), "\""));
  return true;
}

void ValueReader::named(const Node& node, const Type& type) {
  const auto& definition = draft_.package.type(type);
  const auto& origin = draft_.origins[type.ref];
  if (origin.broken) return;
  if (definition.form == TypeDef::Form::alias) return value(node, definition.target);
  if (definition.form == TypeDef::Form::enumeration) return enumeration(node, definition);
  if (++depth_ > deepest) {
    report_.error(codes_.bad, node.place,
                  concat("structs and unions more than ", deepest, " deep inside each other"));
  } else if (definition.form == TypeDef::Form::structure) {
    fields(node, concat("`", definition.name, "`"), definition.fields, *origin.fields);
  } else {
    tagged_union(node, definition, origin);
  }
  --depth_;
}

void ValueReader::enumeration(const Node& node, const TypeDef& type) {
  std::vector<std::string> names;
  for (const auto& each : type.values) names.push_back(each.name);
  if (!node.is_scalar()) {
    wrong(node, concat("a value of `", type.name, "`"), concat("one of ", listed(names)));
    return;
  }
  if (trapped(node)) return;
  const auto found = std::find(names.begin(), names.end(), node.text);
  if (found == names.end()) {
    wrong(node, concat("a value of `", type.name, "`"),
          did_you_mean(node.text, names, concat("one of ", listed(names))));
    return;
  }
  put(static_cast<std::uint16_t>(found - names.begin()));
}

void ValueReader::tagged_union(const Node& node, const TypeDef& type, const Origin& origin) {
  std::vector<std::string> names;
  for (const auto& each : type.variants) names.push_back(each.name);
  const bool entry = node.is_map() && node.entries.size() == 1;
  if (!entry && !node.is_scalar()) {
    wrong(node, concat("a variant of `", type.name, "`"),
          concat("{variant: value}, or the name of one without a value: ", listed(names)));
    return;
  }
  const auto& tag = entry ? node.entries.front().key : node;
  const auto found = std::find(names.begin(), names.end(), tag.text);
  if (found == names.end()) {
    wrong(tag, concat("a variant of `", type.name, "`"),
          did_you_mean(tag.text, names, concat("one of ", listed(names))));
    return;
  }
  const auto index = static_cast<std::size_t>(found - names.begin());
  const auto& variant = type.variants[index];
  put(static_cast<std::uint16_t>(index));
  const auto* content = entry ? &node.entries.front().value : nullptr;
  switch (variant.shape) {
    case schema::Variant::Shape::unit:
      if (content != nullptr && !content->is_null()) {
        wrong(*content, concat("nothing for variant `", variant.name, "`"),
              concat("write `", variant.name, "` alone"));
      }
      return;
    case schema::Variant::Shape::value:
      if (content == nullptr) {
        wrong(node, concat("{", variant.name, ": value}"), "this variant holds a value");
        return;
      }
      return limited(*content, variant.fields.front());
    case schema::Variant::Shape::fields:
      if (content == nullptr) {
        wrong(node, concat("{", variant.name, ": {…}}"), "this variant holds fields");
        return;
      }
      return fields(*content, concat("variant `", variant.name, "`"), variant.fields,
                    origin.declared->variants[index].fields);
  }
}

void ValueReader::fields(const Node& node, const std::string& of,
                         const std::vector<schema::Field>& fields,
                         const std::vector<FieldDecl>& declared) {
  if (!node.is_map()) {
    wrong(node, concat("a map of the fields of ", of));
    return;
  }
  const auto names = names_of(fields);
  for (const auto& [key, content] : node.entries) {
    if (std::find(names.begin(), names.end(), key.text) != names.end()) continue;
    report_
        .error(Code::unknown_key, key.place, concat(of, " has no field `", excerpt(key.text), "`"))
        .hint(did_you_mean(key.text, names,
                           names.empty() ? "it has none" : concat("it has ", listed(names))));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (const auto* content = node.find(fields[i].name)) {
      limited(*content, fields[i]);
    } else {
      missing(node, of, fields[i], declared[i]);
    }
  }
}

void ValueReader::missing(const Node& node, const std::string& of, const schema::Field& field,
                          const FieldDecl& declared) {
  if (const auto* other = declared.default_value) {
    // Written anew rather than copied: arrays are padded by where they stand.
    if (std::find(defaults_.begin(), defaults_.end(), other) != defaults_.end()) {
      report_.error(Code::default_in_itself, other->place,
                    concat("the default of `", field.name, "` holds itself"));
      return;
    }
    defaults_.push_back(other);
    value(*other, field.type);
    defaults_.pop_back();
  } else if (schema::resolve(draft_.package, field.type).kind == Kind::optional) {
    put(std::uint8_t{0});
  } else {
    report_.error(codes_.missing, node.place, concat(of, " needs the field `", field.name, "`"))
        .hint(concat("of type `", schema::to_string(draft_.package, field.type),
                     "`, without a default"))
        .note(declared.name.place, concat("`", field.name, "` is declared here"));
  }
}

}  // namespace kameo::idl

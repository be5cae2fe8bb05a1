#include "python/annotation.hpp"

#include "comments.hpp"
#include "names.hpp"

#include <kameo/concat.hpp>

namespace kameo::codegen::python {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;

}  // namespace

Annotations Annotations::at_run_time(const schema::Package& package, std::string home) {
  Annotations annotations(package, std::move(home), {});
  annotations.at_run_time_ = true;
  return annotations;
}

std::string Annotations::imported(std::string_view name, std::string_view origin) {
  if (at_run_time_) {
    if (origin.empty()) return std::string(name);
    if (origin == "._support") return concat("_support.", name);
    is_late_ = true;
    return concat("_support.imported(\"", origin, "\", \"", name, "\")");
  }
  const bool clash = taken_.contains(std::string(name));
  auto spelled = concat(clash ? "_" : "", name);
  if (!origin.empty()) {
    imports_.emplace(origin, clash ? concat(name, " as _", name) : std::string(name));
  } else if (clash) {
    imports_.emplace("builtins", concat(name, " as _", name));
  }
  return spelled;
}

std::string Annotations::name(const TypeDef& def) {
  const bool is_late = at_run_time_ && def.form == TypeDef::Form::enumeration;
  is_late_ = is_late_ || is_late;
  // A module's own functions don't look for its globals where others do, in `__getattr__`.
  if (def.package == home_) return is_late ? concat("_later(\"", def.name, "\")") : def.name;
  packages_.insert(def.package);
  return concat(module_alias(def.package), ".", def.name);
}

std::string Annotations::type(const Type& written) {
  const auto& type = at_run_time_ ? schema::resolve(package_, written) : written;
  const auto arg = [&](std::size_t i) { return this->type(type.args[i]); };
  switch (type.kind) {
    case Kind::boolean:
      return imported("bool", "");
    case Kind::f32:
    case Kind::f64:
      return imported("float", "");
    case Kind::string:
      return imported("str", "");
    case Kind::bytes:
      return imported("bytes", "");
    case Kind::timestamp:
      return imported("datetime", "datetime");
    case Kind::duration:
      return imported("timedelta", "datetime");
    case Kind::uuid:
      return imported("UUID", "uuid");
    case Kind::decimal:
      return imported("Decimal", "decimal");
    case Kind::optional:
      return concat(arg(0), " | None");
    case Kind::list:
    case Kind::fixed_array:
      return concat(imported("list", ""), "[", arg(0), "]");
    case Kind::set:
      return concat(imported("set", ""), "[", arg(0), "]");
    case Kind::map:
      return concat(imported("dict", ""), "[", arg(0), ", ", arg(1), "]");
    case Kind::tuple: {
      auto text = concat(imported("tuple", ""), "[");
      for (std::size_t i = 0; i < type.args.size(); ++i) text += (i == 0 ? "" : ", ") + arg(i);
      return text + (type.args.empty() ? "()]" : "]");
    }
    case Kind::numeric_array:
      return concat(imported("Array", "._support"), "[", arg(0), "]");
    case Kind::named:
      return name(package_.type(type));
    default:
      return imported("int", "");
  }
}

std::vector<std::string> Annotations::imports(std::string_view dots) const {
  std::vector<std::string> standard;
  std::vector<std::string> ours;
  for (auto it = imports_.begin(); it != imports_.end();) {
    const auto& origin = it->first;
    std::string names;
    for (; it != imports_.end() && it->first == origin; ++it) {
      names += concat(names.empty() ? "" : ", ", it->second);
    }
    const bool is_ours = origin.starts_with('.');
    (is_ours ? ours : standard)
        .push_back(
            concat("from ", is_ours ? concat(dots, origin.substr(1)) : origin, " import ", names));
  }
  for (const auto& package : packages_) {
    const auto dot = package.rfind('.');
    const auto parent = dot == std::string::npos ? std::string() : package.substr(0, dot);
    ours.push_back(concat("from ", dots, parent, " import ", package.substr(dot + 1), " as ",
                          module_alias(package)));
  }
  if (!standard.empty() && !ours.empty()) standard.emplace_back();
  standard.insert(standard.end(), ours.begin(), ours.end());
  return standard;
}

std::string variant_class(const TypeDef& def, std::size_t index) {
  return def.name + pascal_case(def.variants[index].name);
}

std::string module_alias(std::string_view package) {
  return concat("_", replace_dots(package, "_"));
}

std::vector<std::string> docstring(std::string_view text, std::size_t indent) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  // Only what would end the literal needs its backslash: quotes inside read better without.
  for (auto at = escaped.find("\\\""); at != std::string::npos; at = escaped.find("\\\"", at + 1)) {
    const bool last = at + 2 == escaped.size();
    if (!last && escaped.compare(at, 6, "\\\"\\\"\\\"") != 0) escaped.erase(at, 1);
  }
  auto lines = wrap(escaped, 92 - indent);
  if (lines.empty()) return lines;
  lines.front().insert(0, "\"\"\"");
  if (lines.size() == 1) {
    lines.front() += "\"\"\"";
  } else {
    lines.emplace_back("\"\"\"");
  }
  const std::string margin(indent, ' ');
  for (auto& line : lines) {
    if (!line.empty()) line.insert(0, margin);
  }
  return lines;
}

}  // namespace kameo::codegen::python

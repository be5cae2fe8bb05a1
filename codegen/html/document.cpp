#include <kameo/codegen/document.hpp>

#include <kameo/codegen/generate.hpp>
#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include "comments.hpp"
#include "html/text.hpp"
#include "names.hpp"
#include "template.hpp"

#include <optional>
#include <set>

namespace kameo::codegen {
namespace {

using html::escaped;
using schema::TypeDef;

/// Describes one package after the other for the template.
class Document {
 public:
  explicit Document(const schema::Package& package) : package_(package) {}

  Result<std::string> write() {
    Data data;
    data.set("version", version());
    data.set("title", escaped(package_.name));
    auto packages = list();
    // The package itself first, then what it imports.
    for (auto file = package_.files.rbegin(); file != package_.files.rend(); ++file) {
      if (seen_.insert(file->package).second) packages.push_back(describe(file->package));
    }
    data.set("packages", std::move(packages));
    if (error_) return *error_;
    return render("html/package.html", data);
  }

 private:
  Data describe(const std::string& name) {
    home_ = name;
    Data data;
    data.set("package", escaped(name));
    std::string doc;
    for (const auto& file : package_.files) {
      if (file.package == name && !file.doc.empty()) doc += html::paragraphs(file.doc);
    }
    data.set("package_doc", doc);
    auto actors = list();
    for (const auto& actor : package_.actors) {
      if (actor.package == name) actors.push_back(describe(actor));
    }
    auto modules = list();
    for (const auto& module : package_.modules) {
      if (module.package == name) modules.push_back(describe(module));
    }
    auto types = list();
    for (const auto& type : package_.types) {
      if (type.package == name) types.push_back(describe(type));
    }
    data.set("has_actors", actors.is_non_empty_list());
    data.set("has_modules", modules.is_non_empty_list());
    data.set("has_types", types.is_non_empty_list());
    data.set("actors", std::move(actors));
    data.set("modules", std::move(modules));
    data.set("types", std::move(types));
    return data;
  }

  void set_head(Data& data, const auto& declared, std::string_view doc) const {
    data.set("name", escaped(declared.name));
    data.set("anchor", escaped(html::anchor(home_, declared.name)));
    data.set("doc", html::paragraphs(doc));
  }

  static void set_deprecated(Data& data, const std::string& deprecated) {
    data.set("is_deprecated", !deprecated.empty());
    data.set("deprecated", escaped(deprecated));
  }

  Data describe(const schema::Actor& actor) {
    Data data;
    set_head(data, actor, actor.doc);
    set_deprecated(data, actor.deprecated);
    data.set("config", link(actor.config));
    data.set("has_config", !package_.types[actor.config].fields.empty());
    std::string uses;
    for (const auto index : actor.uses) {
      const auto& module = package_.modules[index];
      uses += concat(uses.empty() ? "" : ", ", "<a href=\"#",
                     html::anchor(module.package, module.name), "\">", module.name, "</a>");
    }
    data.set("has_uses", !uses.empty());
    data.set("uses", uses);
    data.set("methods", describe(actor.handlers, actor.name));
    return data;
  }

  Data describe(const schema::CallbackModule& module) {
    Data data;
    set_head(data, module, module.doc);
    data.set("methods", describe(module.callbacks, module.name));
    return data;
  }

  Data describe(const std::vector<schema::Method>& methods, const std::string& owner) {
    auto all = list();
    for (const auto& method : methods) {
      Data data;
      data.set("name", escaped(method.name));
      data.set("anchor", escaped(concat(home_, ".", owner, ".", method.name)));
      data.set("doc", html::paragraphs(method.doc));
      set_deprecated(data, method.deprecated);
      data.set("request", link(method.request));
      data.set("has_request", !package_.types[method.request].fields.empty());
      data.set("has_input", method.input_stream.has_value());
      data.set("input", method.input_stream ? type(*method.input_stream) : std::string());
      const bool stream = method.answer == schema::Answer::stream;
      data.set("has_answer", method.answer != schema::Answer::none);
      data.set("answer", stream ? "stream of" : "replies");
      data.set("output",
               method.answer == schema::Answer::none ? std::string() : type(method.output));
      std::string errors;
      for (const auto error : method.errors) {
        errors += concat(errors.empty() ? "" : ", ", link(error));
      }
      data.set("has_errors", !errors.empty());
      data.set("errors", errors);
      data.set("settings", settings(method));
      data.set("has_settings", !settings(method).empty());
      all.push_back(std::move(data));
    }
    return all;
  }

  static std::string settings(const schema::Method& method) {
    std::string out;
    const auto add = [&out](const std::string& text) {
      out += concat(out.empty() ? "" : " · ", text);
    };
    if (method.idempotent) add("idempotent");
    if (method.reentrant) add("reentrant");
    if (method.budget.count() > 0) add("budget " + to_string(Duration(method.budget)));
    if (method.deadline.count() < 0) add("no deadline");
    if (method.deadline.count() > 0) add("deadline " + to_string(Duration(method.deadline)));
    if (method.concurrency > 1) add(concat("concurrency ", method.concurrency));
    return out;
  }

  Data describe(const TypeDef& def) {
    Data data;
    set_head(data, def, def.doc);
    set_deprecated(data, def.deprecated);
    data.set("is_struct", def.form == TypeDef::Form::structure);
    data.set("is_enum", def.form == TypeDef::Form::enumeration);
    data.set("is_union", def.form == TypeDef::Form::tagged_union);
    data.set("is_alias", def.form == TypeDef::Form::alias);
    data.set("target", def.form == TypeDef::Form::alias ? type(def.target) : std::string());
    data.set("fields", describe(def.fields));
    data.set("has_fields", !def.fields.empty());
    auto values = list();
    for (const auto& value : def.values) {
      Data each;
      each.set("name", escaped(value.name));
      each.set("doc", html::paragraphs(value.doc));
      set_deprecated(each, value.deprecated);
      values.push_back(std::move(each));
    }
    data.set("values", std::move(values));
    auto variants = list();
    for (const auto& variant : def.variants) {
      Data each;
      each.set("name", escaped(variant.name));
      each.set("doc", html::paragraphs(variant.doc));
      set_deprecated(each, variant.deprecated);
      const bool value = variant.shape == schema::Variant::Shape::value;
      each.set("is_unit", variant.shape == schema::Variant::Shape::unit);
      each.set("is_value", value);
      each.set("type", value ? type(variant.fields[0].type) : std::string());
      each.set("limits", value ? escaped(limits_in_words(variant.fields[0].limits)) : "");
      each.set("has_fields", variant.shape == schema::Variant::Shape::fields);
      each.set("fields", value ? list() : describe(variant.fields));
      variants.push_back(std::move(each));
    }
    data.set("variants", std::move(variants));
    return data;
  }

  Data describe(const std::vector<schema::Field>& fields) {
    auto all = list();
    for (const auto& field : fields) {
      Data data;
      data.set("name", escaped(field.name));
      data.set("type", type(field.type));
      data.set("doc", html::paragraphs(field.doc));
      data.set("limits", escaped(limits_in_words(field.limits)));
      set_deprecated(data, field.deprecated);
      data.set("is_secret", field.secret);
      data.set("has_default", field.default_value.has_value());
      std::string value;
      if (field.default_value) {
        if (const auto read = decode_default(package_, field.type, *field.default_value)) {
          value = escaped(html::value_text(package_, *read));
        } else if (!error_) {
          error_ = read.error();
        }
      }
      data.set("default", value);
      all.push_back(std::move(data));
    }
    return all;
  }

  [[nodiscard]] std::string type(const schema::Type& type) const {
    return html::type_link(package_, type, home_);
  }
  [[nodiscard]] std::string link(std::uint32_t index) const {
    schema::Type named;
    named.kind = schema::Kind::named;
    named.ref = index;
    return type(named);
  }

  const schema::Package& package_;
  std::string home_;
  std::set<std::string> seen_;
  std::optional<Error> error_;
};

}  // namespace

Result<std::string> generate_html(const schema::Package& package) {
  return Document(package).write();
}

}  // namespace kameo::codegen

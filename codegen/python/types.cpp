#include "python/types.hpp"

#include "comments.hpp"
#include "layout.hpp"
#include "names.hpp"

#include <kameo/schema/routes.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace kameo::codegen::python {
namespace {

using schema::Answer;
using schema::Field;
using schema::TypeDef;
using Index = std::uint32_t;

/// What classes have of their own.
constexpr auto struct_names = std::to_array<std::string_view>({"self"});
constexpr auto variant_names = std::to_array<std::string_view>({"self", "tag"});
constexpr auto error_names =
    std::to_array<std::string_view>({"self", "add_note", "args", "cause", "code", "notes",
                                     "started", "traceback", "type", "where", "with_traceback"});
constexpr auto handler_names = std::to_array<std::string_view>({"on_start", "on_stop"});

/// Every name that could hide an import in one of the module's scopes.
std::set<std::string> names_in(const schema::Package& all, const std::string& package) {
  std::set<std::string> names;
  const auto add_fields = [&](const std::vector<Field>& fields) {
    for (const auto& field : fields) names.insert(field_name(field));
  };
  for (const auto& def : all.types) {
    if (def.package != package) continue;
    names.insert(def.name);
    add_fields(def.fields);
    for (std::size_t i = 0; i < def.variants.size(); ++i) {
      names.insert(variant_class(def, i));
      add_fields(def.variants[i].fields);
    }
  }
  for (const auto& actor : all.actors) {
    if (actor.package != package) continue;
    names.insert(actor.name + "Handler");
    for (const auto& handler : actor.handlers) names.insert(handler.name);
  }
  for (const auto& module : all.modules) {
    if (module.package != package) continue;
    names.insert(provider_class(module));
    for (const auto& callback : module.callbacks) names.insert(snake_case(callback.name));
  }
  return names;
}

std::string hex(std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 60; shift >= 0; shift -= 4) text += digits[number >> shift & 15];
  return text;
}

class Describer {
 public:
  Describer(const schema::Package& all, const std::string& package)
      : all_(all),
        package_(package),
        stub_(all, package, names_in(all, package)),
        plain_(Annotations::at_run_time(all, package)),
        errors_(declared_error_types(all)) {}

  Result<Data> describe(const std::string& dots) {
    auto types = list();
    auto aliases = list();
    auto late = list();  // made when somebody asks
    bool has_errors = false;
    // Enums first: in the .pyi their values are the defaults of others.
    for (const bool enums : {true, false}) {
      for (Index i = 0; i < all_.types.size(); ++i) {
        const auto& def = all_.types[i];
        if (def.package != package_ || (def.form == TypeDef::Form::enumeration) != enums) continue;
        types.push_back(type(i));
        if (enums) late.push_back(named(def.name, concat("_make_", def.name)));
        has_errors = has_errors || errors_.contains(i);
        if (def.form == TypeDef::Form::tagged_union) {
          aliases.push_back(named(def.name, variants_joined(def, " | ")));
        }
      }
    }
    for (const auto& def : all_.types) {
      if (def.package != package_ || def.form != TypeDef::Form::alias) continue;
      auto at_run_time = Annotations::at_run_time(all_, package_);
      const auto target = at_run_time.type(def.target);
      static_cast<void>(plain_.type(def.target));  // for its imports of other packages
      if (at_run_time.is_late()) {
        late.push_back(named(def.name, concat("lambda: ", target)));
      } else {
        aliases.push_back(named(def.name, target));
      }
    }
    auto handlers = list();
    for (const auto& actor : all_.actors) {
      if (actor.package == package_) handlers.push_back(handler(actor));
    }
    for (const auto& module : all_.modules) {
      if (module.package == package_) handlers.push_back(provider(module));
    }
    if (error_) return *error_;

    Data data;
    data.set("has_deprecated", has_deprecated_);
    data.set("types", types);
    data.set("has_errors", has_errors);
    data.set("has_aliases", aliases.is_non_empty_list());
    data.set("aliases", aliases);
    data.set("late", late);
    data.set("handlers", handlers);
    data.set("mapping", mapping());
    data.set("routes", routes());
    data.set("dots", dots);
    data.set("imports", list_of(plain_.imports(dots)));
    data.set("stub_imports", list_of(stub_.imports(dots)));
    return data;
  }

 private:
  static Data named(const std::string& name, std::string target) {
    Data data;
    data.set("name", name);
    data.set("target", std::move(target));
    return data;
  }

  Data type(Index index) {
    const auto& def = all_.types[index];
    Data data;
    data.set("name", def.name);
    data.set("is_enum", def.form == TypeDef::Form::enumeration);
    data.set("is_alias",
             def.form == TypeDef::Form::alias || def.form == TypeDef::Form::tagged_union);
    const bool outside =
        def.form == TypeDef::Form::alias || def.form == TypeDef::Form::tagged_union;
    set_doc(data, with_deprecation(def.doc, def.deprecated), outside ? 0 : 4);
    auto classes = list();
    switch (def.form) {
      case TypeDef::Form::structure:
        classes.push_back(structure(def, index));
        break;
      case TypeDef::Form::enumeration:
        add_values(data, def);
        break;
      case TypeDef::Form::tagged_union:
        for (std::size_t i = 0; i < def.variants.size(); ++i) classes.push_back(variant(def, i));
        data.set("alias_type", stub_.imported("TypeAlias", "typing"));
        data.set("target", variants_joined(def, " | "));
        break;
      case TypeDef::Form::alias:
        data.set("alias_type", stub_.imported("TypeAlias", "typing"));
        data.set("target", stub_.type(def.target));
        break;
    }
    data.set("classes", classes);
    return data;
  }

  void add_values(Data& data, const TypeDef& def) {
    auto values = list();
    auto warnings = list();
    for (const auto& value : def.values) {
      Data entry;
      if (!value.deprecated.empty()) {
        Data warning;
        const auto name = upper_case(value.name);
        warning.set("name", quoted(name));
        warning.set("warning",
                    quoted(concat(def.name, ".", name, " is deprecated: ", value.deprecated)));
        warnings.push_back(warning);
      }
      entry.set("name", upper_case(value.name));
      entry.set("text", quoted(value.name));
      entry.set("doc", list_of(docstring(with_deprecation(value.doc, value.deprecated), 4)));
      values.push_back(entry);
    }
    data.set("values", values);
    // The class stands in a function: its text is two levels deep.
    data.set("inner_doc", list_of(docstring(with_deprecation(def.doc, def.deprecated), 8)));
    data.set("has_warnings", warnings.is_non_empty_list());
    data.set("warnings", warnings);
    data.set("enum", stub_.imported("Enum", "enum"));
  }

  Data structure(const TypeDef& def, Index index) {
    const bool is_error = errors_.contains(index);
    Data data =
        members(def.name, def.fields, is_error ? ClassOf::error : ClassOf::structure, false);
    set_doc(data, with_deprecation(def.doc, def.deprecated), 4);
    data.set("bases", is_error ? "_support.ErrorStruct, _Error" : "_support.Struct");
    const auto base = stub_.imported("Struct", "._support");
    data.set("stub_bases", is_error ? concat("(", base, ", ", stub_.imported("Error", "."), ")")
                                    : concat("(", base, ")"));
    add_deprecation(data, def.name, def.deprecated);
    data.set("options",
             is_error ? "slots=True, kw_only=True, eq=False" : "slots=True, kw_only=True");
    data.set("is_variant", false);
    const bool has_doc = !def.doc.empty() || !def.deprecated.empty();
    data.set("space", has_doc && !def.fields.empty());
    data.set("stub_empty", !has_doc && def.fields.empty());
    return data;
  }

  Data variant(const TypeDef& def, std::size_t i) {
    const auto& variant = def.variants[i];
    const bool is_value = variant.shape == schema::Variant::Shape::value;
    Data data = members(variant_class(def, i), variant.fields, ClassOf::variant, is_value);
    auto doc = with_deprecation(variant.doc, variant.deprecated);
    if (doc.empty()) doc = concat("Variant `", variant.name, "` of ", def.name, ".");
    set_doc(data, doc, 4);
    data.set("bases", "_support.Struct");
    data.set("stub_bases", concat("(", stub_.imported("Struct", "._support"), ")"));
    add_deprecation(data, variant_class(def, i), variant.deprecated);
    data.set("options", is_value ? "slots=True" : "slots=True, kw_only=True");
    data.set("is_variant", true);
    data.set("space", false);
    data.set("stub_empty", false);
    data.set("tag", quoted(variant.name));
    data.set("tag_type",
             concat(stub_.imported("ClassVar", "typing"), "[", stub_.imported("Literal", "typing"),
                    "[", quoted(variant.name), "]]"));
    return data;
  }

  /// A warning where the class is used: at run time, and in the editor.
  void add_deprecation(Data& data, const std::string& name, const std::string& why) {
    data.set("is_deprecated", !why.empty());
    if (why.empty()) return;
    has_deprecated_ = true;
    data.set("deprecated", stub_.imported("deprecated", "typing_extensions"));
    data.set("why", quoted(why));
    data.set("warning", quoted(concat(name, " is deprecated: ", why)));
  }

  Data members(const std::string& name, const std::vector<Field>& all, ClassOf kind,
               bool is_value) {
    Data data;
    std::string slots;
    std::string annotations;
    std::string secrets;
    std::string params;
    auto fields = list();
    for (const auto& field : all) {
      auto described = parameter(all_, field, plain_, stub_);
      if (!described) {
        error_ = described.error().with_context(name);
        return data;
      }
      const auto own = field_name(all_, field, kind);
      slots += concat(slots.empty() ? "" : ", ", quoted(own));
      annotations += concat(annotations.empty() ? "" : ", ", own, "=",
                            quoted(Annotations(all_, package_, {}).type(field.type)));
      if (field.secret) secrets += concat(secrets.empty() ? "" : ", ", quoted(own));
      params +=
          concat(", ", own, described->default_text.empty() ? "" : "=", described->default_text);

      Data entry;
      entry.set("name", own);
      const bool fresh = described->default_text.starts_with("_support.Factory");
      entry.set("fresh", fresh);
      // Of a field that must be given nobody can be warned.
      const bool warns = !field.deprecated.empty() && !described->default_text.empty();
      entry.set("warns", warns);
      if (warns) {
        entry.set("given",
                  fresh ? concat(own, ".__class__ is not _support.Factory")
                        : concat(own, described->default_text == "None" ? " is not " : " != ",
                                 described->default_text));
        entry.set("warning",
                  quoted(concat(name, ".", field.name, " is deprecated: ", field.deprecated)));
      }
      entry.set("annotation", stub_.type(field.type));
      const auto& stub_default = described->stub_default;
      entry.set("stub_default", stub_default.empty() ? "" : concat(" = ", stub_default));
      const auto comment = field_comment(field);
      entry.set("doc", list_of(docstring(comment, 4)));
      fields.push_back(entry);
    }
    data.set("name", name);
    // A tuple of one has a comma behind it.
    const auto tuple = [](const std::string& items) {
      return items.empty() || items.find(',') != std::string::npos ? items : items + ",";
    };
    data.set("slots", tuple(slots));
    data.set("annotations", annotations);
    data.set("secrets", tuple(secrets));
    data.set("has_secrets", !secrets.empty());
    data.set("params", concat(all.empty() || is_value ? "" : ", *", params));
    data.set("fields", fields);
    data.set("has_fields", !all.empty());
    data.set("is_value", is_value);
    data.set("dataclass", stub_.imported("dataclass", "dataclasses"));
    return data;
  }

  Data handler(const schema::Actor& actor) {
    auto doc = with_deprecation(actor.doc, actor.deprecated);
    doc += concat(doc.empty() ? "" : "\n\n", "What handles ", actor.package, ".", actor.name,
                  ": derive from it to have your handlers checked.");
    auto data = protocol(actor.name + "Handler", doc);
    data.set("has_start", true);
    data.set("config", stub_.name(all_.types[actor.config]));
    data.set("awaitable", stub_.imported("Awaitable", "collections.abc"));
    auto methods = list();
    for (const auto& method : actor.handlers) {
      methods.push_back(handler_method(method, python_name(method.name, handler_names)));
    }
    data.set("methods", methods);
    return data;
  }

  /// Of an actor that provides the module to others.
  Data provider(const schema::CallbackModule& module) {
    auto doc = module.doc;
    doc += concat(doc.empty() ? "" : "\n\n", "What answers the callbacks of ", module.package, ".",
                  module.name, " for others: derive from it to have your methods checked.");
    auto data = protocol(provider_class(module), doc);
    data.set("has_start", false);
    auto methods = list();
    for (const auto& callback : module.callbacks) {
      methods.push_back(handler_method(callback, python_name(snake_case(callback.name))));
    }
    data.set("methods", methods);
    return data;
  }

  Data protocol(const std::string& name, const std::string& doc) {
    Data data;
    data.set("name", name);
    data.set("protocol", stub_.imported("Protocol", "typing"));
    set_doc(data, doc, 4);
    return data;
  }

  Data handler_method(const schema::Method& method, const std::string& name) {
    Data data;
    const auto awaitable = stub_.imported("Awaitable", "collections.abc");
    std::vector<std::string> params{"self",
                                    concat("request: ", stub_.name(all_.types[method.request]))};
    if (method.input_stream) {
      params.push_back(concat("input: ", stub_.imported("Stream", "."), "[",
                              stub_.type(*method.input_stream), "]"));
    }
    params.emplace_back("/");
    data.set("head", call(concat("    def ", name, "("), params,
                          concat(") -> ", handler_result(method, awaitable), ":")));
    data.set("abstract", stub_.imported("abstractmethod", "abc"));
    auto text = method_comment(method);
    if (const auto errors = declared_errors(all_, method); !errors.empty()) {
      text += concat(text.empty() ? "" : "\n", "Raises: ", errors, ".");
    }
    set_doc(data, text, 8);
    data.set("ellipsis", text.empty() ? " ..." : "");
    return data;
  }

  /// A generator function of either kind, or a function of either kind.
  std::string handler_result(const schema::Method& method, const std::string& awaitable) {
    if (method.answer == Answer::stream) {
      const auto item = stub_.type(method.output);
      return concat(stub_.imported("AsyncIterator", "collections.abc"), "[", item, "] | ",
                    stub_.imported("Iterator", "collections.abc"), "[", item, "]");
    }
    const auto output =
        method.answer == Answer::reply ? stub_.type(method.output) : std::string("None");
    return concat(output, " | ", awaitable, "[", output, "]");
  }

  std::string variants_joined(const TypeDef& def, std::string_view separator) const {
    std::string text;
    for (std::size_t i = 0; i < def.variants.size(); ++i) {
      text += concat(i == 0 ? "" : separator, variant_class(def, i));
    }
    return text;
  }

  Data mapping() const {
    auto lines = list();
    for (const auto& def : all_.types) {
      if (def.package != package_ || def.form == TypeDef::Form::alias) continue;
      const bool is_union = def.form == TypeDef::Form::tagged_union;
      lines.push_back(concat(
          "\"", def.package, ".", def.name, "\": ",
          is_union ? concat("(", variants_joined(def, ", "), def.variants.size() == 1 ? ",)" : ")")
          : def.form == TypeDef::Form::enumeration ? quoted(def.name)
                                                   : def.name,
          ","));
    }
    return lines;
  }

  Data routes() const {
    auto entries = list();
    const auto add = [&](const std::string& name, std::uint64_t fingerprint) {
      Data entry;
      entry.set("name", name);
      entry.set("fingerprint", hex(fingerprint));
      entries.push_back(entry);
    };
    for (const auto& actor : all_.actors) {
      if (actor.package != package_) continue;
      add(actor.name, schema::fingerprint(all_, actor.config));
      for (const auto& method : actor.handlers) {
        add(concat(actor.name, ".", method.name), schema::fingerprint(all_, method));
      }
    }
    for (const auto& module : all_.modules) {
      if (module.package != package_) continue;
      for (const auto& method : module.callbacks) {
        add(concat(module.name, ".", method.name), schema::fingerprint(all_, method));
      }
    }
    return entries;
  }

  static void set_doc(Data& data, const std::string& text, std::size_t indent) {
    auto lines = docstring(text, indent);
    data.set("has_doc", !lines.empty());
    data.set("doc", list_of(lines));
  }

  const schema::Package& all_;
  const std::string& package_;
  Annotations stub_;
  Annotations plain_;
  std::set<Index> errors_;
  std::optional<Error> error_;
  bool has_deprecated_ = false;
};

}  // namespace

std::string provider_class(const schema::CallbackModule& module) {
  return pascal_case(module.name) + "Callbacks";
}

std::string field_name(const Field& field) {
  return python_name(field.name);
}

std::string field_name(const schema::Package& package, const Field& field, ClassOf kind) {
  if (kind == ClassOf::structure) return python_name(field.name, struct_names);
  if (kind == ClassOf::variant) return python_name(field.name, variant_names);
  auto name = python_name(field.name, error_names);
  // It stands for `str(error)`, so it can only be another text.
  const bool is_text = schema::resolve(package, field.type).kind == schema::Kind::string;
  return name == "message" && !is_text ? "message_" : name;
}

std::set<Index> declared_error_types(const schema::Package& all) {
  std::set<Index> errors;
  const auto note = [&](const schema::Method& method) {
    errors.insert(method.errors.begin(), method.errors.end());
  };
  for (const auto& actor : all.actors) {
    std::for_each(actor.handlers.begin(), actor.handlers.end(), note);
  }
  for (const auto& module : all.modules) {
    std::for_each(module.callbacks.begin(), module.callbacks.end(), note);
  }
  return errors;
}

Result<Parameter> parameter(const schema::Package& package, const Field& field,
                            Annotations& at_run_time, Annotations& stub) {
  Parameter described;
  described.name = field_name(package, field, ClassOf::structure);
  if (!field.default_value) {
    if (schema::resolve(package, field.type).kind == schema::Kind::optional) {
      described.default_text = described.stub_default = "None";
    }
    return described;
  }
  const auto value = decode_default(package, field.type, *field.default_value);
  if (!value) return value.error().with_context(concat("default of ", field.name));
  const auto text = at_run_time.literal(*value);
  if (at_run_time.is_immutable(*value)) {
    described.default_text = at_run_time.is_made_late(*value)
                                 ? concat("_support.Factory(lambda: ", text, ", constant=True)")
                                 : text;
    // A stub holds plain literals; calls and tuples are not for it.
    auto tried = stub;
    const bool is_plain = tried.literal(*value).find('(') == std::string::npos;
    described.stub_default = is_plain ? stub.literal(*value) : "...";
    return described;
  }
  if (text == "[]" || text == "{}" || text == "set()") {
    described.default_text = concat("_support.Factory(",
                                    text == "[]"   ? "list"
                                    : text == "{}" ? "dict"
                                                   : "set",
                                    ")");
  } else {
    described.default_text = concat("_support.Factory(lambda: ", text, ")");
  }
  described.stub_default = "...";
  return described;
}

Result<Data> describe_package(const schema::Package& all, const std::string& package,
                              const std::string& dots) {
  return Describer(all, package).describe(dots);
}

}  // namespace kameo::codegen::python

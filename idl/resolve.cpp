#include <kameo/concat.hpp>

#include "display.hpp"
#include "draft.hpp"
#include "lookup.hpp"
#include "names.hpp"
#include "scope.hpp"

#include <algorithm>
#include <map>

namespace kameo::idl {
namespace {

using schema::Kind;
using schema::Type;
using schema::TypeDef;
using What = Scope::What;

class Resolver {
 public:
  Resolver(const std::vector<LoadedFile>& files, Report& report)
      : files_(files), report_(report), scope_(files), lookup_(files, scope_, report) {}

  Draft run() {
    for (file_ = 0; file_ < files_.size(); ++file_) declare_file();
    for (file_ = 0; file_ < files_.size(); ++file_) declare_made_types();
    // Types first, then what uses them: `types` is complete and stays where it is.
    for (std::uint32_t i = 0; i < draft_.package.types.size(); ++i) fill_type(i);
    for (file_ = 0; file_ < files_.size(); ++file_) add_modules();
    for (file_ = 0; file_ < files_.size(); ++file_) add_actors();
    if (!files_.empty()) draft_.package.name = files_.back().declared.package.text;
    return std::move(draft_);
  }

 private:
  [[nodiscard]] const FileDecl& declared() const { return files_[file_].declared; }
  [[nodiscard]] const std::string& package() const { return declared().package.text; }
  static std::uint32_t line(const Name& name) { return name.place.position().line; }

  /// False where the name was taken.
  bool declare(const Name& name, Scope::Symbol symbol) {
    symbol.file = file_;
    symbol.place = name.place;
    if (name.text.empty()) return false;
    const auto* before = scope_.declare(package(), name.text, symbol);
    if (before == nullptr) return true;
    report_
        .error(Code::name_taken, name.place,
               concat("`", name.text, "` is declared twice in package `", package(), "`"))
        .note(before->place, concat("here it is ", kind_of(before->what)));
    return false;
  }

  void declare_file() {
    const auto& file = declared();
    draft_.package.files.push_back(
        {file.package.text, file.source->path(), file.doc, files_[file_].imports});
    for (const auto& type : file.types) {
      declare(type.name,
              {What::type, add_type(type.name, type.name.text, &type, &type.fields), 0, {}});
    }
    for (const auto& actor : file.actors) declare(actor.name, {What::actor, actor_count_++, 0, {}});
    for (const auto& module : file.modules) {
      declare(module.name, {What::module, module_count_++, 0, {}});
    }
  }

  std::uint32_t add_type(const Name& origin, std::string name, const TypeDecl* type,
                         const std::vector<FieldDecl>* fields) {
    TypeDef definition;
    definition.package = package();
    definition.name = std::move(name);
    definition.line = line(origin);
    if (type != nullptr) {
      definition.doc = type->doc;
      definition.deprecated = type->deprecated;
      definition.form = type->form;
    }
    draft_.package.types.push_back(std::move(definition));
    draft_.origins.push_back({origin, type, fields, file_, false});
    return static_cast<std::uint32_t>(draft_.package.types.size() - 1);
  }

  /// The structures of requests and configs that are written in place.
  void declare_made_types() {
    for (const auto& module : declared().modules) {
      for (const auto& callback : module.callbacks) {
        make_request(
            callback, concat(pascal_case(module.name.text), callback.name.text),
            concat("the request of callback `", module.name.text, ".", callback.name.text, "`"));
      }
    }
    for (const auto& actor : declared().actors) {
      if (!actor.config.named) {
        made_[&actor.config] =
            make_type(actor.name, concat(actor.name.text, "Config"),
                      concat("the config of actor `", actor.name.text, "`"), actor.config);
      }
      for (const auto& handler : actor.handlers) {
        make_request(
            handler, concat(actor.name.text, pascal_case(handler.name.text)),
            concat("the request of handler `", actor.name.text, ".", handler.name.text, "`"));
      }
    }
  }

  void make_request(const MethodDecl& method, const std::string& name, const std::string& what) {
    if (method.request.named) return;
    made_[&method.request] = make_type(method.name, name, what, method.request);
  }

  std::uint32_t make_type(const Name& origin, const std::string& name, const std::string& what,
                          const StructUse& use) {
    const auto index = add_type(origin, name, nullptr, &use.fields);
    if (origin.text.empty()) return index;
    const auto* before =
        scope_.declare(package(), name, {What::made_type, index, file_, origin.place});
    if (before == nullptr) return index;
    report_
        .error(Code::made_name_clash, origin.place,
               concat(what, " is called `", name, "` in generated code: that name is taken"))
        .hint("choose another name, or name a struct as the request")
        .note(before->place,
              before->what == What::made_type
                  ? "what stands here makes the same name"
                  : concat("`", name, "` is declared here as ", kind_of(before->what)));
    return index;
  }

  void fill_type(std::uint32_t index) {
    auto& origin = draft_.origins[index];
    file_ = origin.file;
    auto& type = draft_.package.types[index];
    if (origin.declared == nullptr || type.form == TypeDef::Form::structure) {
      type.fields = fields(*origin.fields, origin);
    } else if (type.form == TypeDef::Form::alias) {
      type.target = resolve(origin.declared->target, origin.broken);
    }
    if (origin.declared == nullptr) return;
    add_values(type, *origin.declared);
    for (const auto& each : origin.declared->variants) {
      type.variants.push_back(
          {each.name.text, each.doc, each.deprecated, each.shape, fields(each.fields, origin)});
    }
  }

  void add_values(TypeDef& type, const TypeDecl& declared) {
    // A map's keys are known to differ; a list's items are not.
    std::map<std::string_view, const Place*> seen;
    for (const auto& value : declared.values) {
      const auto [before, added] = seen.try_emplace(value.name.text, &value.name.place);
      if (!added && !value.name.text.empty()) {
        report_
            .error(Code::name_taken, value.name.place,
                   concat("enum value `", excerpt(value.name.text), "` stands twice"))
            .note(*before->second, "it stands here first");
      }
      type.values.push_back({value.name.text, value.doc, value.deprecated});
    }
  }

  std::vector<schema::Field> fields(const std::vector<FieldDecl>& declared, Origin& origin) {
    std::vector<schema::Field> all;
    all.reserve(declared.size());
    for (const auto& each : declared) {
      schema::Field field;
      field.name = each.name.text;
      field.doc = each.doc;
      field.deprecated = each.deprecated;
      field.secret = each.secret;
      field.type = resolve(each.type, origin.broken);
      all.push_back(std::move(field));
    }
    return all;
  }

  /// The type, or a bool where it is bad; then `broken` is set.
  Type resolve(const TypeExpr& spelled, bool& broken) {
    Type type;
    bool bad = spelled.bad;
    if (!bad) type = resolve_one(spelled, bad);
    broken = broken || bad;
    if (bad) return {};
    draft_.uses.push_back({&spelled, type});
    return type;
  }

  Type resolve_one(const TypeExpr& spelled, bool& bad) {
    Type type;
    type.kind = spelled.kind;
    type.dims = spelled.dims;
    for (const auto& arg : spelled.args) type.args.push_back(resolve_one(arg, bad));
    if (spelled.kind == Kind::named) {
      const auto* symbol = lookup_.find(file_, spelled.name, spelled.place, What::type);
      if (symbol == nullptr) {
        bad = true;
      } else {
        type.ref = symbol->index;
      }
    }
    return type;
  }

  /// A name that must be a struct's: its index.
  std::optional<std::uint32_t> structure(const TypeExpr& spelled, std::string_view role) {
    if (spelled.bad) return std::nullopt;
    if (spelled.kind != Kind::named) {
      report_.error(Code::not_a_struct, spelled.place, concat(role, " must be a struct"))
          .hint("write a map of fields, or the name of a struct");
      return std::nullopt;
    }
    const auto* symbol = lookup_.find(file_, spelled.name, spelled.place, What::type);
    if (symbol == nullptr) return std::nullopt;
    if (draft_.package.types[symbol->index].form == TypeDef::Form::structure) return symbol->index;
    if (draft_.origins[symbol->index].broken) return std::nullopt;
    report_
        .error(Code::not_a_struct, spelled.place,
               concat("`", spelled.name, "` is no struct, but ", role, " must be one"))
        .note(symbol->place, concat("`", spelled.name, "` is declared here"));
    return std::nullopt;
  }

  std::uint32_t use_structure(const StructUse& use, std::string_view role) {
    if (use.named) return structure(*use.named, role).value_or(0);
    return made_.at(&use);
  }

  schema::Method method(const MethodDecl& declared) {
    schema::Method method;
    method.name = declared.name.text;
    method.doc = declared.doc;
    method.deprecated = declared.deprecated;
    method.request = use_structure(declared.request, "a request");
    method.answer = declared.answer;
    bool broken = false;
    if (declared.answer != schema::Answer::none) method.output = resolve(declared.output, broken);
    if (declared.input) method.input_stream = resolve(*declared.input, broken);
    for (const auto& error : declared.errors) {
      const auto index = structure(error, "an error");
      if (!index) continue;
      if (std::find(method.errors.begin(), method.errors.end(), *index) != method.errors.end()) {
        report_.error(Code::listed_twice, error.place,
                      concat("`", error.name, "` is listed twice"));
      }
      method.errors.push_back(*index);
    }
    method.idempotent = declared.idempotent;
    method.reentrant = declared.reentrant;
    method.budget = declared.budget;
    method.deadline = declared.deadline;
    method.concurrency = declared.concurrency;
    method.line = line(declared.name);
    return method;
  }

  void add_modules() {
    for (const auto& declared : files_[file_].declared.modules) {
      schema::CallbackModule module;
      module.package = package();
      module.name = declared.name.text;
      module.doc = declared.doc;
      module.line = line(declared.name);
      for (const auto& callback : declared.callbacks) module.callbacks.push_back(method(callback));
      draft_.package.modules.push_back(std::move(module));
    }
  }

  void add_actors() {
    for (const auto& declared : files_[file_].declared.actors) {
      schema::Actor actor;
      actor.package = package();
      actor.name = declared.name.text;
      actor.doc = declared.doc;
      actor.deprecated = declared.deprecated;
      actor.config = use_structure(declared.config, "a config");
      for (const auto& use : declared.uses) {
        const auto* symbol = lookup_.find(file_, use.text, use.place, What::module);
        if (symbol == nullptr) continue;
        if (std::find(actor.uses.begin(), actor.uses.end(), symbol->index) != actor.uses.end()) {
          report_.error(Code::listed_twice, use.place, concat("`", use.text, "` is listed twice"));
          continue;
        }
        actor.uses.push_back(symbol->index);
      }
      for (const auto& handler : declared.handlers) actor.handlers.push_back(method(handler));
      actor.concurrency = declared.concurrency;
      actor.reentrant = declared.reentrant;
      actor.line = line(declared.name);
      draft_.package.actors.push_back(std::move(actor));
    }
  }

  const std::vector<LoadedFile>& files_;
  Report& report_;
  Scope scope_;
  const Lookup lookup_;
  Draft draft_;
  std::map<const StructUse*, std::uint32_t> made_;
  std::uint32_t file_ = 0;
  std::uint32_t actor_count_ = 0;
  std::uint32_t module_count_ = 0;
};

}  // namespace

Draft resolve_names(const std::vector<LoadedFile>& files, Report& report) {
  return Resolver(files, report).run();
}

}  // namespace kameo::idl

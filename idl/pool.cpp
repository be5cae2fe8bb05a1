#include <kameo/idl/pool.hpp>

#include <kameo/concat.hpp>
#include <kameo/idl/keys.hpp>

#include "declare.hpp"
#include "display.hpp"
#include "loader.hpp"
#include "names.hpp"
#include "pool_actor.hpp"
#include "pool_names.hpp"
#include "value.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

namespace kameo::idl {
namespace {

/// What belongs to one actor of the file and is needed until the end.
struct Draftee {
  PoolActor actor;
  PoolActorNames names;
  Place place;
};

class PoolReader {
 public:
  PoolReader(const std::vector<std::string>& include_dirs, FileReader& reader)
      : reader_(reader), schemas_(include_dirs, reader, schema_report_) {}

  LoadedPool read(const std::string& path) {
    auto text = reader_.read(path);
    loaded_.files.push_back(path);
    source_ = std::make_unique<Source>(path, text ? std::move(*text) : std::string());
    if (text) {
      if (const auto tree = parse_yaml(*source_, report_)) read_file(*tree);
    } else {
      report_.error(Code::unreadable_file, {source_.get(), 0, 1},
                    concat("cannot read ", path, ": ", text.error().message()));
    }
    loaded_.files.insert(loaded_.files.end(), schemas_.read().begin(), schemas_.read().end());
    report_.absorb(std::move(schema_report_));
    if (report_.errors() == 0) finish(path);
    loaded_.diagnostics = report_.take();
    return std::move(loaded_);
  }

 private:
  void read_file(const Node& root) {
    if (!root.is_map()) return say_wrong_kind(root, "a map with the keys of a pool file", report_);
    const Settings keys(root, "a pool file", key_names(Table::pool), report_);
    check_version(keys, report_);
    (void)keys.text("doc");
    read_schemas(keys);
    const auto* actors = keys.require("actors", "what to run: name: {actor: …, handler: …}");
    if (actors != nullptr) read_actors(*actors);
    if (const auto* batch = keys.find("batch")) read_batch(*batch);
    draft_ = build_draft(schemas_.files(), schema_report_);
    if (draft_) check_against_schema();
  }

  void read_schemas(const Settings& keys) {
    if (keys.require("schema", "the schema file, or a list of them") == nullptr) return;
    for (const auto& name : keys.words("schema")) {
      schemas_.load_root(beside(source_->path(), name.text), &name.place);
    }
  }

  void read_actors(const Node& node) {
    if (!node.is_map()) return say_wrong_kind(node, "a map of actors", report_);
    if (node.entries.empty()) {
      report_.error(Code::nothing_declared, node.place, "a pool file without actors");
    }
    for (const auto& entry : node.entries) {
      if (entry.value.is_bad()) continue;
      const auto name = read_name(entry.key, NameOf::pool_actor, report_);
      Draftee draftee;
      draftee.place = name.place;
      draftee.actor = read_pool_actor(*source_, name, entry.value, draftee.names, report_);
      draftees_.push_back(std::move(draftee));
    }
  }

  void read_batch(const Node& node) {
    const Settings keys(node, "`batch`", key_names(Table::batch), report_);
    if (!keys) {
      if (node.is_null()) say_wrong_kind(node, "a map for `batch`", report_);
      return;
    }
    if (keys.require("input", "the file with a request per line") == nullptr) return;
    auto& batch = batch_.emplace();
    batch.input = beside(source_->path(), keys.text("input"));
    if (keys.choice("format", words_of(*find_key(Table::batch, "format"))) == "table") {
      batch.format = PoolBatch::Format::table;
    }
  }

  void check_against_schema() {
    const PoolNames names(draft_->package, report_);
    for (auto& [actor, written, place] : draftees_) {
      if (written.actor) actor.actor = names.actor(*written.actor);
      for (const auto& module : written.provides) {
        const auto index = names.module(module);
        if (index) add_provider(actor, *index, module);
      }
      read_config(actor, written, place);
      if (written.deadlines != nullptr) read_deadlines(actor, written);
    }
    for (const auto& [actor, written, place] : draftees_) {
      if (actor.actor) check_uses(*actor.actor, *written.actor);
    }
  }

  void add_provider(PoolActor& actor, std::uint32_t module, const Name& name) {
    const auto [before, added] = providers_.try_emplace(module, name.place);
    if (!added) {
      report_
          .error(Code::two_providers, name.place,
                 concat("callback module `", draft_->package.modules[module].name,
                        "` has two providers"))
          .hint("a callback goes to one actor; `instances` makes more of it")
          .note(before->second, "the other one provides it here");
      return;
    }
    actor.provides.push_back(module);
  }

  void read_config(PoolActor& actor, const PoolActorNames& written, const Place& place) {
    if (!written.actor) {
      if (written.config == nullptr) return;
      report_
          .error(Code::bad_config, written.config->place,
                 "a config without the `actor` whose fields it would fill")
          .hint("declare an actor with this config in the schema and name it as `actor`");
      return;
    }
    if (!actor.actor) return;
    Node nothing;
    nothing.kind = Node::Kind::map;
    nothing.place = place;
    schema::Type type;
    type.kind = schema::Kind::named;
    type.ref = draft_->package.actors[*actor.actor].config;
    ValueReader values(*draft_, {Code::bad_config, Code::missing_config, Code::bad_config},
                       report_);
    if (auto config = values.read(written.config != nullptr ? *written.config : nothing, type)) {
      actor.config = std::move(*config);
    }
  }

  void read_deadlines(PoolActor& actor, const PoolActorNames& written) {
    const auto& node = *written.deadlines;
    if (!written.actor) {
      report_
          .error(Code::bad_setting, node.place,
                 "`deadlines` without the `actor` whose handlers they are for")
          .hint("how long a callback may take is said in the schema, `deadline: 5s`");
      return;
    }
    if (!actor.actor) return;
    std::vector<std::string> handlers;
    for (const auto& handler : draft_->package.actors[*actor.actor].handlers) {
      handlers.push_back(handler.name);
    }
    const Settings keys(node, "`deadlines`", handlers, report_);
    if (!keys && node.is_null()) say_wrong_kind(node, "a map for `deadlines`", report_);
    for (const auto& handler : handlers) {
      if (const auto length = keys.deadline(handler)) {
        actor.deadlines.emplace_back(handler, *length);
      }
    }
  }

  void check_uses(std::uint32_t index, const Name& name) {
    const auto& actor = draft_->package.actors[index];
    for (const auto used : actor.uses) {
      if (providers_.contains(used)) continue;
      const auto& module = draft_->package.modules[used];
      auto said = report_.error(Code::module_not_provided, name.place,
                                concat("actor `", actor.name, "` uses callback module `",
                                       module.name, "`, which no actor here provides"));
      said.hint(concat("add one with `provides: ", module.name, "`"));
      if (const auto* declared = actor_declared_at(actor)) {
        said.note(*declared, concat("`", actor.name, "` is declared here"));
      }
    }
  }

  const Place* actor_declared_at(const schema::Actor& actor) const {
    for (const auto& file : schemas_.files()) {
      if (file.declared.package.text != actor.package) continue;
      for (const auto& each : file.declared.actors) {
        if (each.name.text == actor.name) return &each.name.place;
      }
    }
    return nullptr;
  }

  void finish(const std::string& path) {
    auto& pool = loaded_.pool.emplace();
    pool.path = path;
    pool.package = std::move(draft_->package);
    for (auto& draftee : draftees_) pool.actors.push_back(std::move(draftee.actor));
    pool.batch = std::move(batch_);
  }

  FileReader& reader_;
  Report report_;
  Report schema_report_;  // apart: a slip in the pool file must not keep it from being checked
  Loader schemas_;
  std::unique_ptr<Source> source_;
  std::optional<Draft> draft_;
  std::vector<Draftee> draftees_;
  std::optional<PoolBatch> batch_;
  std::map<std::uint32_t, Place> providers_;
  LoadedPool loaded_;
};

}  // namespace

const PoolActor* Pool::find(std::string_view name) const noexcept {
  const auto found = std::find_if(actors.begin(), actors.end(),
                                  [name](const PoolActor& each) { return each.name == name; });
  return found == actors.end() ? nullptr : &*found;
}

const PoolActor* Pool::provider(std::uint32_t module) const noexcept {
  const auto provides = [module](const PoolActor& each) {
    return std::find(each.provides.begin(), each.provides.end(), module) != each.provides.end();
  };
  const auto found = std::find_if(actors.begin(), actors.end(), provides);
  return found == actors.end() ? nullptr : &*found;
}

LoadedPool load_pool(const std::string& path, const std::vector<std::string>& include_dirs,
                     FileReader& reader) {
  return PoolReader(include_dirs, reader).read(path);
}

}  // namespace kameo::idl

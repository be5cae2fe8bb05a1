#include <kameo/concat.hpp>
#include <kameo/idl/keys.hpp>

#include "declare.hpp"
#include "display.hpp"
#include "names.hpp"

namespace kameo::idl {
namespace {

/// Both tables hold the same bounds for it.
std::uint32_t read_concurrency(const Settings& keys) {
  const auto& key = *find_key(Table::actor, "concurrency");
  return keys.count(key.name, key.least, key.most, 1);
}

void read_answer(MethodDecl& method, const Settings& keys, Report& report) {
  const auto* reply = keys.find("reply");
  const auto* stream = keys.find("stream");
  if (reply != nullptr && stream != nullptr) {
    report
        .error(Code::several_forms, keys.key_place("stream"),
               concat(keys.what(), " cannot give a `reply` and a `stream`"))
        .hint("the end of a stream tells that it is done")
        .note(keys.key_place("reply"), "the reply stands here");
  }
  if (reply != nullptr) {
    method.answer = schema::Answer::reply;
    method.output = read_type(*reply, report);
  } else if (stream != nullptr) {
    method.answer = schema::Answer::stream;
    method.output = read_type(*stream, report);
  }
}

void read_errors(MethodDecl& method, const Settings& keys, Report& report) {
  const auto* errors = keys.find("errors");
  if (errors == nullptr) return;
  if (errors->is_scalar()) {
    method.errors.push_back(read_type(*errors, report));
  } else if (errors->is_list()) {
    for (const auto& item : errors->items) method.errors.push_back(read_type(item, report));
  } else {
    say_wrong_kind(*errors, "a list of struct names for `errors`", report);
  }
}

MethodDecl read_method(const Entry& entry, NameOf of, Report& report) {
  MethodDecl method;
  method.name = read_name(entry.key, of, report);
  const Settings keys(entry.value, concat(to_string(of), " `", excerpt(method.name.text), "`"),
                      key_names(of == NameOf::handler ? Table::handler : Table::callback), report);
  method.doc = keys.text("doc");
  method.deprecated = keys.text("deprecated");
  if (const auto* request = keys.find("request")) {
    method.request = read_struct_use(*request, report);
  }
  read_answer(method, keys, report);
  if (const auto* input = keys.find("input")) method.input = read_type(*input, report);
  read_errors(method, keys, report);
  method.idempotent = keys.flag("idempotent");
  method.reentrant = keys.flag("reentrant");
  using std::chrono::milliseconds;
  method.budget = keys.time("budget").value_or(milliseconds(0));
  method.deadline = keys.deadline("deadline").value_or(milliseconds(0));
  method.concurrency = read_concurrency(keys);
  return method;
}

std::vector<MethodDecl> read_methods(const Node& node, NameOf of, Report& report) {
  std::vector<MethodDecl> methods;
  if (!node.is_map()) {
    say_wrong_kind(node, concat("a map of ", to_string(of), "s"), report);
    return methods;
  }
  for (const auto& entry : node.entries) {
    if (!entry.value.is_bad()) methods.push_back(read_method(entry, of, report));
  }
  return methods;
}

ModuleDecl read_module(const Entry& entry, Report& report) {
  ModuleDecl module;
  module.name = read_name(entry.key, NameOf::module, report);
  if (!entry.value.is_map()) {
    say_wrong_kind(entry.value, "a map of callbacks", report);
    return module;
  }
  // Callbacks are PascalCase, so `doc` can stand among them.
  for (const auto& callback : entry.value.entries) {
    if (callback.value.is_bad()) continue;
    if (callback.key.text == "doc") {
      module.doc = read_text(callback.value, "`doc`", report).value_or("");
    } else {
      module.callbacks.push_back(read_method(callback, NameOf::callback, report));
    }
  }
  return module;
}

ActorDecl read_actor(const Entry& entry, Report& report) {
  ActorDecl actor;
  actor.name = read_name(entry.key, NameOf::actor, report);
  const Settings keys(entry.value, concat("actor `", excerpt(actor.name.text), "`"),
                      key_names(Table::actor), report);
  if (entry.value.is_null()) say_wrong_kind(entry.value, concat("a map for ", keys.what()), report);
  actor.doc = keys.text("doc");
  actor.deprecated = keys.text("deprecated");
  actor.uses = keys.words("uses");
  if (const auto* config = keys.find("config")) actor.config = read_struct_use(*config, report);
  actor.concurrency = read_concurrency(keys);
  actor.reentrant = keys.flag("reentrant");
  if (const auto* handlers = keys.find("handlers")) {
    actor.handlers = read_methods(*handlers, NameOf::handler, report);
  }
  return actor;
}

}  // namespace

std::vector<ModuleDecl> read_modules(const Node& node, Report& report) {
  std::vector<ModuleDecl> modules;
  if (!node.is_map()) {
    say_wrong_kind(node, "a map of callback modules", report);
    return modules;
  }
  for (const auto& entry : node.entries) {
    if (!entry.value.is_bad()) modules.push_back(read_module(entry, report));
  }
  return modules;
}

std::vector<ActorDecl> read_actors(const Node& node, Report& report) {
  std::vector<ActorDecl> actors;
  if (!node.is_map()) {
    say_wrong_kind(node, "a map of actors", report);
    return actors;
  }
  for (const auto& entry : node.entries) {
    if (!entry.value.is_bad()) actors.push_back(read_actor(entry, report));
  }
  return actors;
}

}  // namespace kameo::idl

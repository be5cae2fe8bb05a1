#include "request_line.hpp"

#include <kameo/json/payload.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace kameo::cli {
namespace {

template <class... Parts>
Error wrong(const Parts&... parts) {
  return fail(errc::invalid_argument, parts...);
}

std::string quoted(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

/// The text of a key that must be a string; none where it is not there.
Result<std::optional<std::string>> text_of(const json::Value& line, std::string_view key) {
  const auto* value = line.find(key);
  if (value == nullptr) return std::optional<std::string>();
  if (const auto* text = value->string()) return std::optional(*text);
  return wrong(key, ": expected a string, got ", json::to_short_text(*value));
}

struct Found {
  std::size_t target;
  std::size_t handler;
};

template <class Names, class NameOf>
std::string list_of(const Names& all, NameOf&& name_of) {
  std::string text;
  for (const auto& each : all) text += concat(text.empty() ? "" : ", ", name_of(each));
  return text.empty() ? "none" : text;
}

/// The one handler that `actor` and `handler`, as far as they are given, can mean.
Result<Found> find_handler(const std::vector<Target>& targets,
                           const std::optional<std::string>& actor,
                           const std::optional<std::string>& handler) {
  const auto target_name = [](const Target& target) { return target.name; };
  const auto method_name = [](const schema::Method& method) { return method.name; };
  std::vector<Found> fitting;
  const Target* named = nullptr;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (actor && targets[i].name != *actor) continue;
    named = &targets[i];
    const auto& methods = targets[i].type->handlers;
    for (std::size_t k = 0; k < methods.size(); ++k) {
      if (!handler || methods[k].name == *handler) fitting.push_back({i, k});
    }
  }
  if (fitting.size() == 1) return fitting.front();
  if (actor && named == nullptr) {
    return wrong("actor: no actor ", quoted(*actor), "; the pool has ",
                 list_of(targets, target_name));
  }
  if (handler && fitting.empty()) {
    if (actor) {
      return wrong("handler: ", *actor, " has no handler ", quoted(*handler), "; it has ",
                   list_of(named->type->handlers, method_name));
    }
    return wrong("handler: no actor has a handler ", quoted(*handler), "; the pool has ",
                 list_of(targets, target_name));
  }
  if (!handler) {
    return wrong("handler: missing; ", actor ? *actor : std::string("the pool"), " has ",
                 fitting.empty() ? "none" : "several: ", list_of(fitting, [&](const Found& found) {
                   const auto& target = targets[found.target];
                   return concat(target.name, ".", target.type->handlers[found.handler].name);
                 }));
  }
  return wrong("actor: missing; ", quoted(*handler), " is a handler of ",
               list_of(fitting, [&](const Found& found) { return targets[found.target].name; }));
}

/// The items for the handler's input stream; none where it takes none.
Result<std::optional<std::vector<Bytes>>> input_of(const json::Value& line,
                                                   const schema::Package& package,
                                                   const schema::Method& method) {
  const auto* given = line.find("input");
  if (!method.input_stream) {
    if (given != nullptr) return wrong("input: ", method.name, " takes no input stream");
    return std::optional<std::vector<Bytes>>();
  }
  const auto wanted = concat("a list of ", schema::to_string(package, *method.input_stream));
  if (given == nullptr) {
    return wrong("input: missing; ", method.name, " takes a stream, here ", wanted);
  }
  const auto* items = given->array();
  if (items == nullptr) {
    return wrong("input: expected ", wanted, ", got ", json::to_short_text(*given));
  }
  std::vector<Bytes> payloads;
  payloads.reserve(items->size());
  for (const auto& item : *items) {
    auto payload = json::to_payload(package, *method.input_stream, item,
                                    concat("input[", payloads.size(), "]"));
    if (!payload) return payload.error();
    payloads.push_back(std::move(*payload));
  }
  return std::optional(std::move(payloads));
}

Result<Request> read(const json::Value& line, const schema::Package& package,
                     const std::vector<Target>& targets) {
  const auto* members = line.object();
  if (members == nullptr) {
    return wrong(R"(expected an object such as {"actor": …, "handler": …, "request": {…}}, got )",
                 json::to_short_text(line));
  }
  constexpr std::array<std::string_view, 5> keys = {"actor", "handler", "request", "input", "id"};
  for (const auto& member : *members) {
    if (std::find(keys.begin(), keys.end(), member.name) == keys.end()) {
      return wrong(quoted(member.name),
                   ": unknown key; a line has actor, handler, request, input, id");
    }
  }
  const auto actor = text_of(line, "actor");
  if (!actor) return actor.error();
  const auto handler = text_of(line, "handler");
  if (!handler) return handler.error();
  const auto found = find_handler(targets, *actor, *handler);
  if (!found) return found.error();

  const auto& method = targets[found->target].type->handlers[found->handler];
  const json::Value nothing = json::Value::Object{};
  const auto* request = line.find("request");
  auto payload = json::to_payload(package, json::structure(method.request),
                                  request == nullptr ? nothing : *request, "request");
  if (!payload) return payload.error();
  auto input = input_of(line, package, method);
  if (!input) return input.error();
  return Request{found->target, found->handler, std::move(*payload), std::move(*input)};
}

}  // namespace

ParsedLine parse_request(std::string_view line, const schema::Package& package,
                         const std::vector<Target>& targets) {
  const auto value = json::parse(line);
  if (!value) return {std::nullopt, value.error()};
  std::optional<json::Value> id;
  if (const auto* given = value->find("id")) id = *given;
  return {std::move(id), read(*value, package, targets)};
}

}  // namespace kameo::cli

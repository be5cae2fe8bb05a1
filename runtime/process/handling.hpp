#pragma once

#include <kameo/actor/concurrency.hpp>
#include <kameo/actor/options.hpp>
#include <kameo/actor/slot.hpp>
#include <kameo/schema/package.hpp>

#include <functional>
#include <utility>
#include <vector>

/// How an actor's messages are handled, as its schema says it: handlers have the first route
/// numbers, in the order of their declaration.
namespace kameo::process {

/// SlotOptions::reentrant.
[[nodiscard]] inline std::function<bool(actor::RouteNumber)> reentrant_routes(
    const schema::Actor& actor) {
  std::vector<bool> routes;
  for (const auto& handler : actor.handlers) {
    routes.push_back(actor.reentrant || handler.reentrant);
  }
  return [routes = std::move(routes)](actor::RouteNumber number) {
    return number >= 1 && number <= routes.size() && routes[number - 1U];
  };
}

[[nodiscard]] inline actor::Concurrency concurrency_of(const schema::Actor& actor) {
  std::vector<std::uint32_t> routes;
  for (const auto& handler : actor.handlers) routes.push_back(handler.concurrency);
  return {actor.concurrency, std::move(routes)};
}

/// As the IDL has it for a handler or callback.
[[nodiscard]] inline Deadline deadline_of(const schema::Method& method) {
  if (method.deadline.count() < 0) return no_deadline;
  return method.deadline.count() > 0 ? Deadline(method.deadline) : Deadline();
}

}  // namespace kameo::process

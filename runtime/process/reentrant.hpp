#pragma once

#include <kameo/actor/envelope.hpp>
#include <kameo/schema/package.hpp>

#include <functional>
#include <vector>

namespace kameo::process {

/// SlotOptions::reentrant for an actor: handlers have the first route numbers.
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

}  // namespace kameo::process

#include <kameo/schema/routes.hpp>

#include <kameo/concat.hpp>

namespace kameo::schema {

std::vector<Route> routes_of(const Package& package, const Actor* actor,
                             std::span<const std::uint32_t> provides) {
  std::vector<Route> routes;
  const auto add = [&](Route::Direction direction, std::string name, const Method& method) {
    routes.push_back({static_cast<RouteNumber>(routes.size() + 1), direction, std::move(name),
                      &method, fingerprint(package, method)});
  };
  const auto add_module = [&](Route::Direction direction, std::uint32_t index) {
    const auto& module = package.modules[index];
    for (const auto& callback : module.callbacks) {
      add(direction, concat(module.name, ".", callback.name), callback);
    }
  };
  if (actor != nullptr) {
    for (const auto& handler : actor->handlers) {
      add(Route::Direction::to_child, handler.name, handler);
    }
    for (const auto used : actor->uses) add_module(Route::Direction::to_parent, used);
  }
  for (const auto provided : provides) add_module(Route::Direction::to_child, provided);
  return routes;
}

}  // namespace kameo::schema

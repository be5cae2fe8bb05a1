#pragma once

#include "child_incarnation.hpp"

#include <kameo/placement.hpp>
#include <kameo/runtime.hpp>
#include <kameo/schema/routes.hpp>
#include <kameo/spawn_options.hpp>

#include <memory>
#include <span>
#include <vector>

namespace kameo::process {

/// What a child is to be, whatever kind of process it is.
struct ChildIdentity {
  std::shared_ptr<const schema::Package> package;
  const schema::Actor* actor = nullptr;  ///< null for one that only provides
  std::vector<schema::Route> routes;
  Bytes config;
};

/// The spec of a child in one of the placements that are processes, without spawner, providers,
/// clock and log. Fails with `start_failed` where it can be seen already that it cannot start.
[[nodiscard]] Result<ChildSpec> make_child_spec(const Placement& placement,
                                                const ChildIdentity& identity,
                                                const SpawnOptions::Values& options);

}  // namespace kameo::process

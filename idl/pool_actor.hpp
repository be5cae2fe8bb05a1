#pragma once

#include <kameo/idl/pool.hpp>

#include "declaration.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kameo::idl {

/// What an actor of a pool file names in the schema, before it is looked up.
struct PoolActorNames {
  std::optional<Name> actor;
  std::vector<Name> provides;
  const Node* config = nullptr;
  const Node* deadlines = nullptr;
};

/// Reads the settings of one actor, all but what needs the schema.
[[nodiscard]] PoolActor read_pool_actor(const Source& file, const Name& name, const Node& node,
                                        PoolActorNames& names, Report& report);

/// A path that stands in `file`, from where the program runs.
[[nodiscard]] std::string beside(const std::string& file, const std::string& path);

}  // namespace kameo::idl

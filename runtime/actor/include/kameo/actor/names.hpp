#pragma once

#include <kameo/actor/call.hpp>

#include <mutex>
#include <string>
#include <unordered_map>

namespace kameo::actor {

/// The ids of a runtime's actors and their names, for call chains.
/// Thread-safety: every function from any thread.
class Names {
 public:
  /// Ids begin anywhere, so that those of two processes don't meet.
  Names();
  [[nodiscard]] ActorId add(std::string name);
  void remove(ActorId id);
  /// `an actor elsewhere` for one of another runtime.
  [[nodiscard]] std::string find(ActorId id) const;

 private:
  mutable std::mutex mutex_;
  ActorId next_;                                    // guarded by mutex_
  std::unordered_map<ActorId, std::string> names_;  // guarded by mutex_
};

}  // namespace kameo::actor

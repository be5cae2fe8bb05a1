#include <kameo/actor/names.hpp>

#include <random>
#include <utility>

namespace kameo::actor {

Names::Names() {
  std::random_device random;
  next_ = (ActorId{random()} << 32U) | random();
}

ActorId Names::add(std::string name) {
  const std::lock_guard lock(mutex_);
  while (next_ <= child_itself) ++next_;  // these mean something else
  const auto id = next_++;
  names_.emplace(id, std::move(name));
  return id;
}

void Names::remove(ActorId id) {
  const std::lock_guard lock(mutex_);
  names_.erase(id);
}

std::string Names::find(ActorId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(id);
  return found == names_.end() ? "an actor elsewhere" : found->second;
}

}  // namespace kameo::actor

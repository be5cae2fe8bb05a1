#pragma once

#include "console.hpp"
#include "target.hpp"

#include <kameo/idl/pool.hpp>
#include <kameo/runtime.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace kameo::cli {

/// The actors of a pool file as processes: `instances` of each behind one name, an ask goes to the
/// one that has the fewest open. Thread-safety: `ask` and `kill` from any thread.
class ActorPool final : public Asker {
 public:
  /// All must outlive it. `killed` is set before `kill` does its work.
  ActorPool(const idl::Pool& pool, Runtime& runtime, std::atomic<bool>& killed);

  /// Starts all, those that provide callbacks first, and waits until each is ready. The names of
  /// those that are not, with why; empty where all are.
  [[nodiscard]] std::vector<std::pair<std::string, Error>> start();

  /// The actors that have handlers, in order of the pool file: what `target` of `ask` counts.
  [[nodiscard]] const std::vector<Target>& targets() const noexcept { return targets_; }

  [[nodiscard]] std::size_t capacity(std::size_t target) const override;
  void ask(std::size_t target, std::size_t handler, Bytes request, Done done) override;
  void kill() override {
    killed_ = true;
    runtime_.kill();
  }

 private:
  struct Instance {
    DynamicRef ref;
    std::size_t open = 0;
    bool gone = false;  ///< given up by its supervisor: it answers nothing any more
  };
  /// One entry of the pool file.
  struct Group {
    const idl::PoolActor* entry = nullptr;
    std::vector<Instance> instances;
  };
  class Starts;
  class ModulePool;

  void spawn(Group& group, Starts& starts);
  [[nodiscard]] Result<void> provide(std::size_t group);
  void ask(std::size_t group, const std::string& route, Bytes request, Done done);
  [[nodiscard]] std::size_t least_loaded(Group& group);

  const idl::Pool& pool_;
  const std::shared_ptr<const schema::Package> package_;
  Runtime& runtime_;
  std::atomic<bool>& killed_;
  std::vector<Target> targets_;
  std::vector<std::size_t> group_of_target_;
  std::mutex mutex_;  // guards what is inside the instances once all have started
  std::vector<Group> groups_;
};

}  // namespace kameo::cli

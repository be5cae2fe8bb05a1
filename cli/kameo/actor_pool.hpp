#pragma once

#include "balancer.hpp"
#include "target.hpp"

#include <kameo/idl/pool.hpp>
#include <kameo/runtime.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kameo::cli {

/// The actors of a pool file as processes: `instances` of each behind one name, for batch jobs and
/// for those who ask the callbacks that they provide.
/// Thread-safety: `start` first; then `ask`, `ask_items` and `kill` from any thread.
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
  [[nodiscard]] std::size_t capacity(std::size_t target, std::size_t handler) const override;
  void ask(std::size_t target, Asked what, Done done) override;
  [[nodiscard]] std::unique_ptr<ItemSource> ask_items(std::size_t target, Asked what) override;
  [[nodiscard]] bool may_stand_still(std::size_t target, std::size_t handler) const override;
  void kill() override {
    killed_ = true;
    runtime_.kill();
  }

 private:
  /// One entry of the pool file.
  struct Group {
    const idl::PoolActor* entry = nullptr;
    std::shared_ptr<Balancer> balancer;
    DynamicRef ref;  ///< to the balancer; once they have started
  };
  class Starts;

  void spawn(Group& group, Starts& starts);
  [[nodiscard]] Result<void> provide(const Group& group);
  [[nodiscard]] Deadline deadline(std::size_t target, std::string_view handler) const;

  const idl::Pool& pool_;
  const std::shared_ptr<const schema::Package> package_;
  Runtime& runtime_;
  std::atomic<bool>& killed_;
  std::vector<Group> groups_;
  std::vector<Target> targets_;
  std::vector<const Group*> group_of_target_;
  StreamWindow stream_window_ = default_window;
};

}  // namespace kameo::cli

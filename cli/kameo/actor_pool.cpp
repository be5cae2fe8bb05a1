#include "actor_pool.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <optional>

namespace kameo::cli {
namespace {

/// Asks that one process holds at a time: enough to hide the way there and back, few enough that a
/// crash takes little with it.
constexpr std::size_t in_flight_per_instance = 64;

/// A path is the pool file's and must not be taken for one of the child's own directory; a word is
/// looked up in PATH.
std::string program(const std::string& named) {
  if (named.find('/') == std::string::npos) return named;
  return std::filesystem::absolute(named).lexically_normal().string();
}

Placement placement_of(const idl::PoolActor& entry) {
  if (!entry.command.empty()) {
    auto command = entry.command;
    command.front() = program(command.front());
    return executable(std::move(command));
  }
  auto placement = python(entry.handler);
  if (!entry.interpreter.empty()) placement.interpreter(program(entry.interpreter));
  for (const auto& path : entry.python_path) placement.path(path);
  return placement;
}

RestartPolicy policy_of(const idl::PoolRestart& written) {
  RestartPolicy policy;
  switch (written.when) {
    case idl::PoolRestart::When::always:
      policy.when = Restart::always;
      break;
    case idl::PoolRestart::When::on_failure:
      policy.when = Restart::on_failure;
      break;
    case idl::PoolRestart::When::never:
      policy.when = Restart::never;
      break;
  }
  policy.intensity = written.intensity;
  policy.window = written.window;
  policy.backoff_min = written.backoff_min;
  policy.backoff_max = written.backoff_max;
  policy.jitter = written.jitter;
  return policy;
}

SpawnOptions options_of(const idl::PoolActor& entry, std::string name) {
  SpawnOptions options;
  options.name(std::move(name)).restart(policy_of(entry.restart));
  options.in_flight(in_flight_per_instance);
  if (!entry.log_level.empty()) options.log_level(entry.log_level);
  if (!entry.dir.empty()) options.directory(entry.dir);
  for (const auto& [variable, value] : entry.env) options.env(variable, value);
  for (const auto& variable : entry.inherit_env) options.inherit_env(variable);
  if (entry.start_timeout) options.start_timeout(*entry.start_timeout);
  if (entry.stop_timeout) options.stop_timeout(*entry.stop_timeout);
  return options;
}

}  // namespace

/// What has been spawned and not told yet whether it runs.
class ActorPool::Starts {
 public:
  /// The place of one that is about to be spawned.
  std::size_t begin() {
    const std::lock_guard lock(mutex_);
    ++open_;
    return begun_++;
  }
  void end(std::size_t place, std::string name, Instance& instance, Result<DynamicRef> result) {
    const std::lock_guard lock(mutex_);
    if (result) {
      instance.ref = std::move(*result);
    } else {
      failures_.emplace(place, std::pair(std::move(name), result.error()));
    }
    --open_;
    changed_.notify_all();  // under the lock: after the last one this object may be gone
  }
  /// The failures, in order of spawning.
  [[nodiscard]] std::vector<std::pair<std::string, Error>> wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_ == 0; });
    std::vector<std::pair<std::string, Error>> in_order;
    for (auto& [place, failure] : failures_) in_order.push_back(std::move(failure));
    return in_order;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;
  std::size_t begun_ = 0;
  std::map<std::size_t, std::pair<std::string, Error>> failures_;
};

/// A callback module behind several processes.
class ActorPool::ModulePool final : public CallbackHandler {
 public:
  ModulePool(ActorPool& pool, std::size_t group, const schema::CallbackModule& module)
      : pool_(pool), group_(group), module_(module) {}

  [[nodiscard]] std::string_view module() const noexcept override { return module_.name; }

  Reply<actor::Message> dispatch(std::uint16_t route, actor::Message request,
                                 actor::Streams streams) override {
    if (auto fits = streams.fit(false, false); !fits) co_return fits.error();
    auto payload = std::move(request).payload();
    if (!payload) co_return payload.error();
    const auto name = concat(module_.name, ".", module_.callbacks[route - 1U].name);
    // Named, as GCC 12 destroys some temporaries of a co_await expression twice.
    const auto begin = [this, &name](auto handler, Bytes bytes) {
      // std::function wants to copy what it holds.
      auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
      pool_.ask(group_, name, std::move(bytes), [waiting](Result<Bytes> result) {
        const auto executor = asio::get_associated_executor(*waiting);
        asio::post(executor, [waiting, result = std::move(result)]() mutable {
          std::move (*waiting)(std::move(result));
        });
      });
    };
    default_token token;
    auto answer = co_await asio::async_initiate<default_token, void(Result<Bytes>)>(
        begin, token, std::move(*payload));
    if (!answer) co_return answer.error();
    co_return actor::Message::from_payload(std::move(*answer));
  }

 private:
  ActorPool& pool_;
  const std::size_t group_;
  const schema::CallbackModule& module_;
};

ActorPool::ActorPool(const idl::Pool& pool, Runtime& runtime, std::atomic<bool>& killed)
    : pool_(pool),
      package_(std::make_shared<const schema::Package>(pool.package)),
      runtime_(runtime),
      killed_(killed) {
  for (const auto& entry : pool_.actors) {
    if (entry.actor) {
      targets_.push_back({entry.name, &package_->actors[*entry.actor]});
      group_of_target_.push_back(groups_.size());
    }
    groups_.push_back({&entry, std::vector<Instance>(entry.instances)});
  }
}

std::vector<std::pair<std::string, Error>> ActorPool::start() {
  for (const bool provider : {true, false}) {
    Starts starts;
    for (auto& group : groups_) {
      if (group.entry->provides.empty() != provider) spawn(group, starts);
    }
    auto failures = starts.wait();
    if (!failures.empty()) return failures;
    if (!provider) break;
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      if (const auto done = provide(i); !done) return {{groups_[i].entry->name, done.error()}};
    }
  }
  return {};
}

void ActorPool::spawn(Group& group, Starts& starts) {
  const auto& entry = *group.entry;
  DynamicActor what(package_);
  if (entry.actor) {
    const auto& type = package_->actors[*entry.actor];
    what.actor(concat(type.package, ".", type.name)).config(entry.config);
  }
  for (const auto module : entry.provides) what.provides(package_->modules[module].name);

  for (std::size_t i = 0; i < group.instances.size(); ++i) {
    const auto name = entry.instances == 1 ? entry.name : concat(entry.name, "[", i + 1, "]");
    auto& instance = group.instances[i];
    const auto place = starts.begin();
    runtime_.spawn_dynamic(what, placement_of(entry), options_of(entry, name),
                           [&starts, &instance, name, place](Result<DynamicRef> result) {
                             starts.end(place, name, instance, std::move(result));
                           });
  }
}

Result<void> ActorPool::provide(std::size_t index) {
  const auto& group = groups_[index];
  for (const auto module : group.entry->provides) {
    const auto& declared = package_->modules[module];
    auto done = group.instances.size() == 1
                    ? runtime_.provide(declared.name, group.instances.front().ref)
                    : runtime_.provide(std::make_shared<ModulePool>(*this, index, declared));
    if (!done) return done;
  }
  return {};
}

std::size_t ActorPool::capacity(std::size_t target) const {
  return in_flight_per_instance * groups_[group_of_target_[target]].instances.size();
}

void ActorPool::ask(std::size_t target, std::size_t handler, Bytes request, Done done) {
  ask(group_of_target_[target], targets_[target].type->handlers[handler].name, std::move(request),
      std::move(done));
}

void ActorPool::ask(std::size_t index, const std::string& route, Bytes request, Done done) {
  auto& group = groups_[index];
  const auto chosen = least_loaded(group);
  auto& instance = group.instances[chosen];
  instance.ref.ask_payload(
      route, std::move(request), {},
      [this, &instance, done = std::move(done)](Result<actor::Payload> answer) {
        {
          const std::lock_guard lock(mutex_);
          --instance.open;
          if (!answer && answer.error().code() == errc::stopped) instance.gone = true;
        }
        if (!answer) return done(answer.error());
        done(std::move(answer->bytes));
      });
}

/// Counts the ask that is to come. One that is gone is chosen only where all are: it answers at
/// once, and would look like the least busy.
std::size_t ActorPool::least_loaded(Group& group) {
  const std::lock_guard lock(mutex_);
  const auto best = std::min_element(group.instances.begin(), group.instances.end(),
                                     [](const auto& a, const auto& b) {
                                       return std::pair(a.gone, a.open) < std::pair(b.gone, b.open);
                                     });
  ++best->open;
  return static_cast<std::size_t>(best - group.instances.begin());
}

}  // namespace kameo::cli

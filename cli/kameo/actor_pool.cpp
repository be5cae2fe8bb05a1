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
/// What all streams together may hold that wait for their turn, of items that have come; as far as
/// each can still have a window that it can be sent through.
constexpr std::uint64_t stream_bytes = std::uint64_t{16} << 20U;
constexpr std::uint64_t smallest_stream_window = std::uint64_t{16} << 10U;

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

/// What is not written stays as kameo has it.
void set_limits(SpawnOptions& options, const idl::PoolLimits& written) {
  wire::Limits limits;
  if (written.message_bytes != 0) limits.message_bytes = written.message_bytes;
  if (written.open_asks != 0) limits.open_asks = written.open_asks;
  if (written.open_streams != 0) limits.open_streams = written.open_streams;
  if (written.parked_bytes != 0) limits.parked_bytes = written.parked_bytes;
  if (written.output_bytes != 0) limits.output_bytes = written.output_bytes;
  options.session(limits);
  if (written.log_rate != 0) options.log_rate(written.log_rate);
}

SpawnOptions options_of(const idl::PoolActor& entry, std::string name) {
  SpawnOptions options;
  options.name(std::move(name)).restart(policy_of(entry.restart));
  options.in_flight(in_flight_per_instance);
  set_limits(options, entry.limits);
  if (!entry.log_level.empty()) options.log_level(entry.log_level);
  if (!entry.dir.empty()) options.directory(entry.dir);
  for (const auto& [variable, value] : entry.env) options.env(variable, value);
  for (const auto& variable : entry.inherit_env) options.inherit_env(variable);
  for (const auto& [handler, length] : entry.deadlines) {
    options.deadline(handler, length.count() < 0 ? no_deadline : Deadline(length));
  }
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
  void end(std::size_t place, std::string name, Group& group, std::size_t instance,
           Result<DynamicRef> result) {
    const std::lock_guard lock(mutex_);
    if (result) {
      group.balancer->set(instance, result->receiver());
      group.ref = result->at(group.balancer);
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

ActorPool::ActorPool(const idl::Pool& pool, Runtime& runtime, std::atomic<bool>& killed)
    : pool_(pool),
      package_(std::make_shared<const schema::Package>(pool.package)),
      runtime_(runtime),
      killed_(killed) {
  groups_.reserve(pool_.actors.size());
  for (const auto& entry : pool_.actors) {
    groups_.push_back({&entry, std::make_shared<Balancer>(entry.name, entry.instances), {}});
  }
  std::size_t capacity = 0;
  for (auto& group : groups_) {
    if (!group.entry->actor) continue;
    targets_.push_back({group.entry->name, &package_->actors[*group.entry->actor]});
    group_of_target_.push_back(&group);
    capacity += in_flight_per_instance * group.entry->instances;
  }
  stream_window_.bytes = std::clamp(stream_bytes / std::max<std::uint64_t>(capacity, 1),
                                    smallest_stream_window, default_window.bytes);
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
    for (const auto& group : groups_) {
      if (const auto done = provide(group); !done) return {{group.entry->name, done.error()}};
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

  for (std::size_t i = 0; i < entry.instances; ++i) {
    const auto name = entry.instances == 1 ? entry.name : concat(entry.name, "[", i + 1, "]");
    const auto place = starts.begin();
    runtime_.spawn_dynamic(what, placement_of(entry), options_of(entry, name),
                           [&starts, &group, i, name, place](Result<DynamicRef> result) {
                             starts.end(place, name, group, i, std::move(result));
                           });
  }
}

Result<void> ActorPool::provide(const Group& group) {
  for (const auto module : group.entry->provides) {
    if (auto done = runtime_.provide(package_->modules[module].name, group.ref); !done) return done;
  }
  return {};
}

std::size_t ActorPool::capacity(std::size_t target) const {
  return in_flight_per_instance * group_of_target_[target]->entry->instances;
}

std::size_t ActorPool::capacity(std::size_t target, std::size_t handler) const {
  const auto& type = *targets_[target].type;
  if (!deadline(target, type.handlers[handler].name).length()) return capacity(target);
  return std::max<std::size_t>(type.concurrency, 1) * group_of_target_[target]->entry->instances;
}

/// What the pool file or the schema says; nothing where neither does.
Deadline ActorPool::deadline(std::size_t target, std::string_view handler) const {
  const auto& ref = group_of_target_[target]->ref;
  const auto route = ref.route(handler);
  return route ? ref.receiver()->deadline(*route) : Deadline();
}

void ActorPool::ask(std::size_t target, Asked what, Done done) {
  AskOptions options;
  // A batch is for work that takes its time: the runtime's default is for callers that don't wait.
  if (!deadline(target, what.handler)) options.deadline = no_deadline;
  ask_once(group_of_target_[target]->ref, std::move(what), options, std::move(done));
}

std::unique_ptr<ItemSource> ActorPool::ask_items(std::size_t target, Asked what) {
  StreamOptions options;
  options.window = stream_window_;
  return cli::ask_items(group_of_target_[target]->ref, std::move(what), options);
}

bool ActorPool::may_stand_still(std::size_t target, std::size_t handler) const {
  const auto& type = *targets_[target].type;
  // Those who ask this actor for a callback would wait behind the stream; and where its handlers
  // have a stream of another actor, that one stands still with it.
  if (!group_of_target_[target]->entry->provides.empty()) return false;
  for (const auto module : type.uses) {
    for (const auto& callback : package_->modules[module].callbacks) {
      if (callback.answer == schema::Answer::stream || callback.input_stream) return false;
    }
  }
  // Its deadline would pass without a fault of its own.
  return !deadline(target, type.handlers[handler].name).length();
}

}  // namespace kameo::cli

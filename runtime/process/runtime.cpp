#include <kameo/runtime.hpp>

#include "child_incarnation.hpp"
#include "child_spec.hpp"
#include "handling.hpp"
#include "log_record.hpp"
#include "providers.hpp"
#include "python_program.hpp"

#include <kameo/actor/callback_receiver.hpp>
#include <kameo/process/keeper_client.hpp>

#include <asio/thread_pool.hpp>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

namespace kameo {
namespace {

using actor::Slot;
using actor::SlotEvent;

/// `Strategy` → `strategy`, `OrderBook` → `order_book`.
std::string in_snake_case(std::string_view name) {
  std::string out;
  for (const char letter : name) {
    if (std::isupper(static_cast<unsigned char>(letter)) != 0) {
      if (!out.empty()) out += '_';
      out += static_cast<char>(std::tolower(letter));
    } else {
      out += letter;
    }
  }
  return out;
}

/// An error of a stream that nobody asked for.
void log_lost(const LogHook& log, std::string_view actor, const Error& lost) {
  if (!log) return;
  LogEntry entry;
  entry.actor = actor;
  entry.record = process::make_record("kameo", wire::LogLevel::warning, lost.what());
  entry.record.traceback = lost.data().traceback;
  log(entry);
}

/// `market.Price` and the others of a module, in the order of their declaration.
std::vector<std::string> callback_paths(const schema::Package& package, std::string_view name) {
  std::vector<std::string> paths;
  const auto* module = package.find_module(name);
  if (module == nullptr) return paths;
  for (const auto& callback : module->callbacks) paths.push_back(concat(name, '.', callback.name));
  return paths;
}

/// A function as the handler of the one callback that it answers.
class FunctionHandler final : public CallbackHandler {
 public:
  FunctionHandler(std::string path, CallbackFunction function)
      : path_(std::move(path)), function_(std::move(function)) {}
  [[nodiscard]] std::string_view module() const noexcept override { return path_; }
  Reply<actor::Message> dispatch(std::uint16_t /*the one*/, actor::Message request,
                                 actor::Streams streams) override {
    return function_(std::move(request), std::move(streams));
  }

 private:
  std::string path_;
  CallbackFunction function_;
};

/// Threads of the runtime's own. Lives until the last ref of an actor has gone: what an actor is
/// made of (a strand, say) may not outlive the context that it was made in.
class Pool final : public asio::thread_pool {
 public:
  explicit Pool(std::size_t threads) : asio::thread_pool(threads) {}

  /// No thread and no handler is left.
  void end() {
    stop();
    join();
    shutdown();
  }
};

}  // namespace

class Runtime::Impl : public std::enable_shared_from_this<Impl> {
 public:
  /// `pool` is null on the caller's executor.
  Impl(RuntimeOptions options, std::shared_ptr<Pool> pool, const asio::any_io_executor& executor)
      : pool_(std::move(pool)),
        options_(std::move(options)),
        clock_(options_.clock() ? options_.clock() : actor::system_clock()),
        executor_(executor),
        keeper_(std::make_shared<process::KeeperClient>(executor, options_.keeper())),
        names_(std::make_shared<actor::Names>()),
        default_deadline_(deadline_queue(options_.deadline())),
        providers_(std::make_shared<process::Providers>(
            clock_, default_deadline_,
            [log = options_.log()](const Error& lost) { log_lost(log, {}, lost); })) {}

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }
  [[nodiscard]] const std::shared_ptr<process::Providers>& providers() const { return providers_; }
  [[nodiscard]] int keeper_pid() const { return keeper_->keeper_pid(); }

  void start(Request request, Done<DynamicRef> done) {
    if (request.refused) return done(*request.refused);
    auto planned = plan(request);
    if (!planned) return done(planned.error());
    const auto slot = planned->slot;
    slot->start([self = shared_from_this(), slot, routes = planned->routes,
                 done = std::move(done)](Result<void> started) {
      if (!started) {
        self->forget(slot.get());
        return done(started.error());
      }
      done(DynamicRef(slot, routes));
    });
  }

  /// Those that others call end after those others.
  void stop(Done<void> done) {
    stop_some(false, [self = shared_from_this(), done = std::move(done)]() mutable {
      self->stop_some(true, [self, done = std::move(done)] {
        self->close();
        self->keeper_->close();
        done({});
      });
    });
  }

  void kill() {
    std::vector<std::shared_ptr<Slot>> slots;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      for (const auto& [name, living] : living_) slots.push_back(living.slot);
    }
    killed_ = true;
    for (const auto& slot : slots) slot->stop(actor::StopMode::kill);
    close();
  }

  /// From the runtime's destructor.
  void end() {
    kill();
    if (pool_) {
      std::unique_lock lock(mutex_);
      // A handler in this process that never returns must not hold the whole program.
      all_ended_.wait_for(lock, std::chrono::seconds(5), [this] { return living_.empty(); });
    }
    keeper_->close();
    if (pool_) pool_->end();
  }

 private:
  /// Nothing is left to wait for.
  void close() {
    providers_->close();
    const std::lock_guard lock(mutex_);
    for (const auto& [length, queue] : deadline_queues_) queue->close();
  }

  /// Where asks wait so long, all actors' alike; null for none.
  std::shared_ptr<actor::DeadlineQueue> deadline_queue(const Deadline& deadline) {
    const auto length = deadline.length();
    if (!length) return nullptr;
    const std::lock_guard lock(mutex_);
    auto& queue = deadline_queues_[*length];
    if (!queue) {
      queue = std::make_shared<actor::DeadlineQueue>(*length, clock_, executor_, pool_);
    }
    return queue;
  }

  /// By route number: what the options say of a handler, else what its schema says.
  static std::function<Deadline(actor::RouteNumber)> deadlines(
      const process::ChildIdentity& identity, const SpawnOptions::Values& options) {
    std::map<actor::RouteNumber, Deadline> said;
    for (const auto& route : identity.routes) {
      if (route.direction != schema::Route::Direction::to_child) continue;
      const auto own = options.deadlines.find(route.name);
      const auto deadline =
          own != options.deadlines.end() ? own->second : process::deadline_of(*route.method);
      if (deadline) said.emplace(route.number, deadline);
    }
    if (said.empty()) return nullptr;
    return [said = std::move(said)](actor::RouteNumber route) {
      const auto found = said.find(route);
      return found == said.end() ? Deadline() : found->second;
    };
  }

  struct Living {
    std::shared_ptr<Slot> slot;
    bool provides = false;
  };
  struct Plan {
    std::shared_ptr<Slot> slot;
    std::shared_ptr<const DynamicRef::Routes> routes;
  };

  Result<Plan> plan(const Request& request) {
    const auto& package = *request.what.package();
    const schema::Actor* type = nullptr;
    if (!request.what.actor().empty()) {
      type = package.find_actor(request.what.actor());
      if (type == nullptr) {
        return fail(errc::invalid_argument, "the schema has no actor `", request.what.actor(), "`");
      }
    }
    std::vector<std::uint32_t> provides;
    for (const auto& name : request.what.provides()) {
      const auto* module = package.find_module(name);
      if (module == nullptr) {
        return fail(errc::invalid_argument, "the schema has no callback module `", name, "`");
      }
      provides.push_back(static_cast<std::uint32_t>(module - package.modules.data()));
    }

    process::ChildIdentity identity;
    identity.package = request.what.package();
    identity.actor = type;
    identity.config = request.what.config();
    identity.routes = schema::routes_of(package, type, provides);
    auto routes = std::make_shared<DynamicRef::Routes>();
    for (const auto& route : identity.routes) {
      if (route.direction == schema::Route::Direction::to_child) {
        routes->emplace(route.name, route.number);
      }
    }

    auto options = request.options.values();
    auto base = type != nullptr                   ? in_snake_case(type->name)
                : request.what.provides().empty() ? std::string("actor")
                                                  : request.what.provides().front();
    // The name is taken first: a process may be started for it.
    if (auto taken = take_name(options.name, std::move(base)); !taken) return taken.error();

    auto factory = make_factory(request.placement, identity, options);
    if (!factory) {
      forget(options.name);
      return factory.error();
    }
    actor::SlotOptions slot_options;
    slot_options.name = options.name;
    slot_options.mailbox = options.mailbox;
    slot_options.restart = options.restart;
    slot_options.stop_timeout = options.stop_timeout;
    slot_options.kill_timeout = options.kill_timeout;
    slot_options.wants_payload = !std::holds_alternative<InprocPlacement>(request.placement);
    slot_options.names = names_;
    slot_options.deadline = deadlines(identity, options);
    slot_options.default_deadline =
        options.deadline ? deadline_queue(options.deadline) : default_deadline_;
    if (type != nullptr) {
      slot_options.concurrency = process::concurrency_of(*type);
      slot_options.reentrant = process::reentrant_routes(*type);
    }
    slot_options.report = [log = options_.log(), name = options.name](const Error& lost) {
      log_lost(log, name, lost);
    };
    slot_options.dead_letters = options_.dead_letters();
    slot_options.clock = clock_;
    slot_options.keep_alive = pool_;
    slot_options.events = [weak = weak_from_this(), name = options.name](const SlotEvent& event) {
      if (const auto self = weak.lock()) self->on_event(name, event);
    };
    Plan made;
    made.slot = Slot::make(executor_, std::move(slot_options), std::move(*factory));
    made.routes = std::move(routes);
    const std::lock_guard lock(mutex_);
    if (closed_) {
      living_.erase(options.name);
      return fail(errc::stopped, "the runtime has been stopped");
    }
    living_[options.name] = {made.slot, !provides.empty()};
    return made;
  }

  Result<actor::IncarnationFactory> make_factory(const Placement& placement,
                                                 const process::ChildIdentity& identity,
                                                 const SpawnOptions::Values& options) {
    if (const auto* inproc = std::get_if<InprocPlacement>(&placement)) {
      auto concurrency = identity.actor != nullptr ? process::concurrency_of(*identity.actor)
                                                   : actor::Concurrency();
      return actor::IncarnationFactory(
          [factory = inproc->factory(), config = identity.config,
           concurrency = std::move(concurrency), name = options.name, providers = providers_,
           package = identity.package](const actor::Strand& strand, std::uint32_t number,
                                       std::shared_ptr<actor::Incarnation::Owner> owner) {
            const asio::any_io_executor executor = strand;
            ActorContext context(
                name, number, executor, [providers, executor, package](std::string_view module) {
                  return std::make_shared<process::ModuleReceiver>(
                      executor, providers, std::string(module), callback_paths(*package, module));
                });
            return std::make_shared<actor::HandlerIncarnation>(
                strand, std::move(owner), std::move(context), factory, config, concurrency);
          });
    }
    auto spec = process::make_child_spec(placement, identity, options);
    if (!spec) return spec.error();
    if (const auto length = options_.deadline().length()) spec->welcome.deadline = *length;
    spec->log = options_.log();
    spec->clock = clock_;
    spec->providers = providers_;
    spec->spawner = keeper_;
    if (const auto* python = std::get_if<PythonPlacement>(&placement)) {
      spec->explain = [python = *python, spawner = spec->spawner](const actor::Strand& strand,
                                                                  Error error,
                                                                  std::function<void(Error)> then) {
        const auto interpreter = process::find_interpreter(python, "/");
        process::explain_python_failure(spawner, strand,
                                        interpreter ? *interpreter : python.interpreter(),
                                        std::move(error), std::move(then));
      };
    }
    auto shared = std::make_shared<const process::ChildSpec>(std::move(*spec));
    return actor::IncarnationFactory([shared](const actor::Strand& strand, std::uint32_t number,
                                              std::shared_ptr<actor::Incarnation::Owner> owner) {
      return std::make_shared<process::ChildIncarnation>(shared, strand, number, std::move(owner));
    });
  }

  /// Puts a name into `wanted` where there is none, and holds it.
  Result<void> take_name(std::string& wanted, std::string base) {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(errc::stopped, "the runtime has been stopped");
    if (wanted.empty()) {
      do {
        wanted = concat(base, '[', ++counts_[base], ']');
      } while (living_.contains(wanted));
    } else if (living_.contains(wanted)) {
      return fail(errc::invalid_argument, "there is an actor named ", wanted, " already");
    }
    living_.emplace(wanted, Living{});
    return {};
  }

  void forget(const std::string& name) {
    const std::lock_guard lock(mutex_);
    living_.erase(name);
    if (living_.empty()) all_ended_.notify_all();
  }
  void forget(const Slot* slot) { forget(std::string(slot->name())); }

  void on_event(const std::string& name, const SlotEvent& event) {
    const auto say = [&](wire::LogLevel level, std::string_view text) {
      if (!options_.log()) return;
      LogEntry entry;
      entry.actor = name;
      entry.incarnation = event.incarnation;
      entry.record = process::make_record("kameo", level, text);
      if (event.error) entry.record.traceback = event.error->data().traceback;
      options_.log()(entry);
    };
    const std::string why = event.error ? event.error->message() : std::string("ended");
    switch (event.type) {
      case SlotEvent::Type::started:
        return;  // silent: a program that works says nothing
      case SlotEvent::Type::restarting:
        return say(wire::LogLevel::warning,
                   concat(why, "; restarting in ", event.delay.count(), " ms"));
      case SlotEvent::Type::given_up:
        say(wire::LogLevel::error, concat(why, "; not started again"));
        return ended(name, event.error);
      case SlotEvent::Type::stopped:
        if (event.error) {
          // How one ends that was killed on purpose is no news.
          say(killed_ ? wire::LogLevel::debug : wire::LogLevel::warning,
              concat(why, ", while it was stopped"));
        }
        return ended(name, event.error);
    }
  }

  void ended(const std::string& name, const std::optional<Error>& why) {
    forget(name);
    if (options_.ended()) options_.ended()(name, why);
  }

  void stop_some(bool providing, std::function<void()> then) {
    std::vector<std::shared_ptr<Slot>> slots;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      for (const auto& [name, living] : living_) {
        if (living.slot && living.provides == providing) slots.push_back(living.slot);
      }
    }
    if (slots.empty()) return then();
    auto left = std::make_shared<std::atomic<std::size_t>>(slots.size());
    for (const auto& slot : slots) {
      slot->stop(actor::StopMode::drain, [left, then] {
        if (--*left == 0) then();
      });
    }
  }

  const std::shared_ptr<Pool> pool_;  // the first: all else goes before it
  const RuntimeOptions options_;
  const std::shared_ptr<actor::Clock> clock_;
  const asio::any_io_executor executor_;
  const std::shared_ptr<process::KeeperClient> keeper_;
  const std::shared_ptr<actor::Names> names_;

  std::mutex mutex_;
  // Guarded by mutex_.
  std::map<std::chrono::milliseconds, std::shared_ptr<actor::DeadlineQueue>> deadline_queues_;
  const std::shared_ptr<actor::DeadlineQueue> default_deadline_;
  const std::shared_ptr<process::Providers> providers_;

  std::atomic<bool> killed_ = false;  // by `kill` or by the runtime's end
  std::condition_variable all_ended_;
  bool closed_ = false;                                  // guarded by mutex_
  std::unordered_map<std::string, Living> living_;       // guarded by mutex_
  std::unordered_map<std::string, std::size_t> counts_;  // guarded by mutex_
};

Runtime::Runtime(RuntimeOptions options) {
  auto pool = std::make_shared<Pool>(std::max<std::size_t>(options.threads(), 1));
  const auto executor = pool->get_executor();
  impl_ = std::make_shared<Impl>(std::move(options), std::move(pool), executor);
}

Runtime::Runtime(const asio::any_io_executor& executor, RuntimeOptions options)
    : impl_(std::make_shared<Impl>(std::move(options), nullptr, executor)) {}

Runtime::~Runtime() {
  impl_->end();
}

const asio::any_io_executor& Runtime::executor() const noexcept {
  return impl_->executor();
}
const asio::any_io_executor& Runtime::executor_of(const Impl& impl) noexcept {
  return impl.executor();
}

Runtime::Request Runtime::request_for(const ActorType& type, Result<Bytes> config,
                                      Placement placement, SpawnOptions options) {
  const auto refused = [&](const Error& why) {
    return Request{DynamicActor(nullptr), std::move(placement), std::move(options), why};
  };
  if (!config) return refused(config.error().with_context("config"));
  auto package = schema::from_bytes(type.schema);
  if (!package) return refused(package.error());
  DynamicActor what(std::make_shared<const schema::Package>(std::move(*package)));
  what.actor(std::string(type.name)).config(std::move(*config));
  return {std::move(what), std::move(placement), std::move(options), {}};
}

void Runtime::start(const std::shared_ptr<Impl>& impl, Request request, Done<DynamicRef> done) {
  impl->start(std::move(request), std::move(done));
}

void Runtime::stop_all(const std::shared_ptr<Impl>& impl, Done<void> done) {
  impl->stop(std::move(done));
}

void Runtime::stop_one(const std::shared_ptr<actor::Receiver>& receiver, Done<void> done) {
  const auto slot = std::dynamic_pointer_cast<Slot>(receiver);
  if (!slot) return done({});
  slot->stop(actor::StopMode::drain, [done = std::move(done)] { done({}); });
}

Result<void> Runtime::provide(std::shared_ptr<CallbackHandler> handler) {
  if (!handler) return fail(errc::invalid_argument, "a null callback handler");
  std::string module(handler->module());
  return impl_->providers()->add(
      std::move(module),
      {std::make_shared<actor::CallbackReceiver>(impl_->executor(), std::move(handler)), {}});
}

Result<void> Runtime::provide(std::string module, const DynamicRef& provider) {
  process::Provider made{provider.receiver(), provider.routes_of(module)};
  if (made.routes.empty()) {
    return fail(errc::invalid_argument, provider.name(), " does not provide `", module, "`");
  }
  return impl_->providers()->add(std::move(module), std::move(made));
}

Result<void> Runtime::provide(std::string path, CallbackFunction handler) {
  if (!handler) return fail(errc::invalid_argument, "no function for callback `", path, "`");
  auto receiver = std::make_shared<actor::CallbackReceiver>(
      impl_->executor(), std::make_shared<FunctionHandler>(path, std::move(handler)));
  return impl_->providers()->add_callback(std::move(path), std::move(receiver));
}

void Runtime::kill() {
  impl_->kill();
}

int Runtime::keeper_pid() const {
  return impl_->keeper_pid();
}

}  // namespace kameo

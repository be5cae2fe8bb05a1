#pragma once

#include <kameo/actor/dynamic_callback.hpp>
#include <kameo/actor/handler.hpp>
#include <kameo/actor/slot.hpp>
#include <kameo/dynamic_ref.hpp>
#include <kameo/log.hpp>
#include <kameo/placement.hpp>
#include <kameo/spawn_options.hpp>

#include <asio/associated_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/use_future.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace kameo {

/// Gets each actor that has ended and is not started again, and why, where it did not just as it
/// was told. Called on the actor's strand; must not block.
using EndedHook = std::function<void(std::string_view, const std::optional<Error>&)>;

class RuntimeOptions {
 public:
  RuntimeOptions() = default;

  /// How many threads the runtime starts, where it is not given an executor; at least 1.
  RuntimeOptions& threads(std::size_t count) { return set(threads_, count); }
  /// A keeper program to run instead of the one inside the library (docs/architecture.md).
  RuntimeOptions& keeper(std::string path) { return set(keeper_, std::move(path)); }
  /// Where logs go; without it to stderr. An empty function drops them.
  RuntimeOptions& log(LogHook hook) { return set(log_, std::move(hook)); }
  /// How long asks for one reply wait where nobody says so: not their caller, not the IDL, not the
  /// ask that they are a part of. Those of children, too. `no_deadline`: as long as it takes.
  RuntimeOptions& deadline(Deadline length) { return set(deadline_, length); }
  RuntimeOptions& dead_letters(DeadLetterHook hook) { return set(dead_letters_, std::move(hook)); }
  RuntimeOptions& ended(EndedHook hook) { return set(ended_, std::move(hook)); }
  /// What supervision goes by, in place of the machine's clock; for tests.
  RuntimeOptions& clock(std::shared_ptr<actor::Clock> source) {
    return set(clock_, std::move(source));
  }

  [[nodiscard]] std::size_t threads() const noexcept { return threads_; }
  [[nodiscard]] const std::string& keeper() const noexcept { return keeper_; }
  [[nodiscard]] const LogHook& log() const noexcept { return log_; }
  [[nodiscard]] const DeadLetterHook& dead_letters() const noexcept { return dead_letters_; }
  [[nodiscard]] const EndedHook& ended() const noexcept { return ended_; }
  [[nodiscard]] const std::shared_ptr<actor::Clock>& clock() const noexcept { return clock_; }
  [[nodiscard]] const Deadline& deadline() const noexcept { return deadline_; }

 private:
  template <class T>
  RuntimeOptions& set(T& member, T value) {
    member = std::move(value);
    return *this;
  }
  std::size_t threads_ = 1;
  std::string keeper_;
  LogHook log_ = log_to_stderr;
  DeadLetterHook dead_letters_;
  EndedHook ended_;
  std::shared_ptr<actor::Clock> clock_;
  Deadline deadline_ = default_deadline;
};

/// An actor to start by its schema, without generated code.
class DynamicActor {
 public:
  explicit DynamicActor(std::shared_ptr<const schema::Package> package)
      : package_(std::move(package)) {}

  /// Its type, by `package.Name` or by `Name`. Without it, it only provides.
  DynamicActor& actor(std::string type) {
    actor_ = std::move(type);
    return *this;
  }
  /// A callback module that it answers for others; Runtime::provide then makes it the provider.
  DynamicActor& provides(std::string module) {
    provides_.push_back(std::move(module));
    return *this;
  }
  /// Payload of the actor's config; without it, one of a structure without fields.
  DynamicActor& config(Bytes payload) {
    config_ = std::move(payload);
    return *this;
  }

  [[nodiscard]] const std::shared_ptr<const schema::Package>& package() const noexcept {
    return package_;
  }
  [[nodiscard]] const std::string& actor() const noexcept { return actor_; }
  [[nodiscard]] const std::vector<std::string>& provides() const noexcept { return provides_; }
  [[nodiscard]] const Bytes& config() const noexcept { return config_; }

 private:
  std::shared_ptr<const schema::Package> package_;
  std::string actor_;
  std::vector<std::string> provides_;
  Bytes config_;
};

/// Starts actors and looks after them. Two runtimes in one process don't know of each other.
///
/// On the caller's executor it starts no thread; that executor must run until `stop` has completed,
/// or until after the runtime's end. With threads of its own its destructor waits for all to end.
/// In either case the destructor kills what still runs: no process is left when it returns.
/// Thread-safety: every function from any thread.
class Runtime {
 public:
  explicit Runtime(RuntimeOptions options = {});
  explicit Runtime(const asio::any_io_executor& executor, RuntimeOptions options = {});
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  ~Runtime();

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept;

  /// Starts an actor and gives its typed ref once it takes messages: a Result<Actor::Ref>.
  /// `Actor` is the generated type, such as `trading::Strategy`.
  /// Fails with `start_failed` (the program, the module, the handler's start: with the traceback
  /// where there is one), `handshake_timeout`, `invalid_argument`, `system`, `stopped`. A failed
  /// first start is not tried again. A cancel has no effect.
  template <class Actor, class Token = default_token>
  auto spawn(Placement placement, const typename Actor::Config& config = {},
             SpawnOptions options = {}, Token&& token = {}) {
    return initiate<typename Actor::Ref, Token>(
        request_for(Actor::type(), encode_payload(config), std::move(placement),
                    std::move(options)),
        token);
  }

  /// The same by schema: a Result<DynamicRef>. The actor's type is not the process's to know.
  template <class Token = default_token>
  auto spawn_dynamic(DynamicActor what, Placement placement, SpawnOptions options = {},
                     Token&& token = {}) {
    return initiate<DynamicRef, Token>(
        Request{std::move(what), std::move(placement), std::move(options), {}}, token);
  }

  /// `handler` answers the callbacks of its module, for all actors of this runtime, from now on.
  /// Fails with `already_provided`.
  Result<void> provide(std::shared_ptr<CallbackHandler> handler);
  /// An actor answers the callbacks of `module`, which it was started to provide.
  /// Fails with `already_provided`, `invalid_argument`.
  Result<void> provide(std::string module, const DynamicRef& provider);
  /// `handler` answers the one callback `path`, such as `market.Price`, for all actors of this
  /// runtime, from now on. The others of its module are nobody's until they are provided, too.
  /// Fails with `already_provided`, also where its module is provided as a whole,
  /// `invalid_argument`.
  Result<void> provide(std::string path, CallbackFunction handler);

  /// Ends all actors in order: each works off what waits for it, within its stop_timeout; those
  /// that provide callbacks end last. Then the keeper. Gives a Result<void>, always success.
  template <class Token = default_token>
    requires(!std::derived_from<std::remove_cvref_t<Token>, ActorRef>)
  auto stop(Token&& token = {}) {
    return asio::async_initiate<Token, void(Result<void>)>(
        [](auto handler, std::shared_ptr<Impl> impl) {
          stop_all(impl, completion<void>(std::move(handler), executor_of(*impl)));
        },
        token, impl_);
  }
  /// Ends one actor in order; Result<void>. Success also where it had ended.
  template <class Token = default_token>
  auto stop(const ActorRef& ref, Token&& token = {}) {
    return asio::async_initiate<Token, void(Result<void>)>(
        [](auto handler, std::shared_ptr<Impl> impl, std::shared_ptr<actor::Receiver> receiver) {
          stop_one(receiver, completion<void>(std::move(handler), executor_of(*impl)));
        },
        token, impl_, ref.receiver());
  }
  /// Kills all actors now, without waiting for that.
  void kill();

  /// Runs a coroutine on the runtime and waits for what it gives; an exception that leaves it is
  /// thrown here. For `main`: never from a thread that runs the executor.
  template <class T>
  T run(asio::awaitable<T> coroutine) {
    return asio::co_spawn(executor(), std::move(coroutine), asio::use_future).get();
  }

  /// Process number of the keeper; 0 while there is none. For tests and operators.
  [[nodiscard]] int keeper_pid() const;

 private:
  class Impl;
  struct Request {
    DynamicActor what;
    Placement placement;
    SpawnOptions options;
    std::optional<Error> refused;  ///< found wrong before it began
  };
  template <class T>
  using Done = std::function<void(Result<T>)>;

  [[nodiscard]] static Request request_for(const ActorType& type, Result<Bytes> config,
                                           Placement placement, SpawnOptions options);
  static void start(const std::shared_ptr<Impl>& impl, Request request, Done<DynamicRef> done);
  static void stop_all(const std::shared_ptr<Impl>& impl, Done<void> done);
  static void stop_one(const std::shared_ptr<actor::Receiver>& receiver, Done<void> done);
  [[nodiscard]] static const asio::any_io_executor& executor_of(const Impl& impl) noexcept;

  /// A completion handler as a function that calls it once, on the handler's own executor.
  template <class T, class Handler>
  static Done<T> completion(Handler handler, const asio::any_io_executor& fallback) {
    using Work = decltype(asio::make_work_guard(asio::get_associated_executor(handler, fallback)));
    struct Waiting {
      Waiting(Handler last, Work guard) : handler(std::move(last)), work(std::move(guard)) {}
      Handler handler;
      Work work;
    };
    auto work = asio::make_work_guard(asio::get_associated_executor(handler, fallback));
    auto waiting = std::make_shared<Waiting>(std::move(handler), std::move(work));
    return [waiting = std::move(waiting)](Result<T> result) {
      const auto where = waiting->work.get_executor();
      asio::post(where, [waiting, result = std::move(result)]() mutable {
        auto last = std::move(waiting->handler);
        waiting->work.reset();
        std::move(last)(std::move(result));
      });
    };
  }

  template <class Ref, class Token>
  auto initiate(Request request, std::remove_reference_t<Token>& token) {
    return asio::async_initiate<Token, void(Result<Ref>)>(
        [](auto handler, std::shared_ptr<Impl> impl, Request what) {
          auto done = completion<Ref>(std::move(handler), executor_of(*impl));
          start(impl, std::move(what), [done = std::move(done)](Result<DynamicRef> started) {
            if (!started) return done(started.error());
            if constexpr (std::is_same_v<Ref, DynamicRef>) {
              done(std::move(*started));
            } else {
              done(Ref(started->receiver()));
            }
          });
        },
        token, impl_, std::move(request));
  }

  std::shared_ptr<Impl> impl_;
};

}  // namespace kameo

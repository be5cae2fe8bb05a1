#pragma once

#include <kameo/actor/actor_ref.hpp>
#include <kameo/actor/blocking.hpp>
#include <kameo/actor/handler_incarnation.hpp>
#include <kameo/actor/slot.hpp>
#include <kameo/testing/manual_clock.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace streams {

namespace routes {
inline constexpr kameo::actor::RouteNumber count = 1;  // int n → 1 … n; negative: 1 … n, an error
inline constexpr kameo::actor::RouteNumber forever = 2;        // 1, 2, … until nobody reads
inline constexpr kameo::actor::RouteNumber hold = 3;           // one item, then nothing
inline constexpr kameo::actor::RouteNumber sum = 4;            // ints in → their sum
inline constexpr kameo::actor::RouteNumber first = 5;          // ints in → the first, at once
inline constexpr kameo::actor::RouteNumber twice = 6;          // ints in → each doubled
inline constexpr kameo::actor::RouteNumber wait = 7;           // never answers
inline constexpr kameo::actor::RouteNumber forward = 8;        // asks `next` for `wait`
inline constexpr kameo::actor::RouteNumber around = 9;         // asks `next` for `echo`
inline constexpr kameo::actor::RouteNumber echo = 10;          // int → int
inline constexpr kameo::actor::RouteNumber forward_none = 11;  // as `forward`, with no_deadline
inline constexpr kameo::actor::RouteNumber relay = 12;         // asks `next` for `around`
inline constexpr kameo::actor::RouteNumber traced = 13;        // the flags of its trace; -1: none
inline constexpr kameo::actor::RouteNumber pass_trace = 14;    // asks `next` for `traced`
}  // namespace routes

class Ref : public kameo::ActorRef {
 public:
  using kameo::ActorRef::ActorRef;
  [[nodiscard]] kameo::Stream<int> stream(kameo::actor::RouteNumber route, int value,
                                          kameo::StreamOptions options = {}) const {
    return ActorRef::stream<int>(route, value, options);
  }
  [[nodiscard]] kameo::Upload<int, int> upload(kameo::actor::RouteNumber route) const {
    return ActorRef::upload<int, int>(route, 0, {});
  }
  [[nodiscard]] kameo::Exchange<int, int> exchange() const {
    return ActorRef::exchange<int, int>(routes::twice, 0, {});
  }
  template <class Token = kameo::default_token>
  auto call(kameo::actor::RouteNumber route, int value, kameo::AskOptions options = {},
            Token&& token = {}) const {
    return ask<int>(route, value, options, std::forward<Token>(token));
  }
};

/// What a test's actor knows of the world.
struct World {
  std::vector<std::string> log;
  Ref next;  ///< who is asked by `forward` and `around`
};

class Streamer final : public kameo::Handler {
 public:
  explicit Streamer(World& world) : world_(world) {}

  kameo::Reply<void> start(kameo::actor::Message) override { co_return kameo::Result<void>(); }
  kameo::Reply<void> stop() override { co_return kameo::Result<void>(); }

  kameo::Reply<kameo::actor::Message> dispatch(std::uint16_t route, kameo::actor::Message request,
                                               kameo::actor::Streams streams) override {
    const auto value = std::move(request).take<int>().value();
    const auto none = kameo::Result<void>();
    switch (route) {
      case routes::count: {
        auto running = count(value, streams.sink<int>());
        auto result = co_await std::move(running);
        if (!result) co_return result.error();
        co_return kameo::actor::Message::from_payload({});
      }
      case routes::forever: {
        auto running = forever(streams.sink<int>());
        co_await std::move(running);
        co_return kameo::actor::Message::from_payload({});
      }
      case routes::hold: {
        auto sink = streams.sink<int>();
        if (const auto sent = co_await sink.send(1); !sent) co_return sent.error();
        co_await hold();
        co_return kameo::actor::Message::from_payload({});
      }
      case routes::sum: {
        auto running = sum(streams.source<int>());
        auto total = co_await std::move(running);
        if (!total) co_return total.error();
        co_return kameo::actor::Message::of(*total);
      }
      case routes::first: {
        auto source = streams.source<int>();
        auto item = co_await source.next();
        co_return kameo::actor::Message::of(item.value_or(-1));
      }
      case routes::twice: {
        auto source = streams.source<int>();
        auto sink = streams.sink<int>();
        while (auto item = co_await source.next()) {
          if (const auto sent = co_await sink.send(2 * *item); !sent) co_return sent.error();
        }
        co_return kameo::actor::Message::from_payload({});
      }
      case routes::wait:
        co_await hold();
        co_return kameo::actor::Message::of(0);
      case routes::forward:
      case routes::forward_none:
      case routes::around:
      case routes::relay:
      case routes::pass_trace: {
        kameo::AskOptions options;
        if (route == routes::forward_none) options.deadline = kameo::no_deadline;
        const auto asked = route == routes::around       ? routes::echo
                           : route == routes::relay      ? routes::around
                           : route == routes::pass_trace ? routes::traced
                                                         : routes::wait;
        auto reply = co_await world_.next.call(asked, value, options);
        if (!reply) world_.log.push_back(std::string(kameo::to_string(reply.error().code())));
        if (!reply) co_return reply.error();
        co_return kameo::actor::Message::of(*reply);
      }
      case routes::traced: {
        const auto& call = kameo::actor::Call::current();
        co_return kameo::actor::Message::of(call && call->trace ? int{call->trace->flags} : -1);
      }
      default:
        co_return kameo::actor::Message::of(value);
    }
  }

 private:
  kameo::Reply<void> count(int n, kameo::Sink<int> sink) {
    for (int i = 1; i <= std::abs(n); ++i) {
      world_.log.push_back("send " + std::to_string(i));
      if (auto sent = co_await sink.send(i); !sent) co_return sent.error();
    }
    if (n < 0) co_return kameo::fail(kameo::errc::handler_failed, "enough");
    co_return kameo::Result<void>();
  }
  asio::awaitable<void> forever(kameo::Sink<int> sink) {
    for (int i = 1;; ++i) {
      auto sent = co_await sink.send(i);
      if (sent) continue;
      world_.log.push_back(sent.error().message());
      co_return;
    }
  }
  static kameo::Reply<int> sum(kameo::Stream<int> source) {
    int total = 0;
    while (auto item = co_await source.next()) total += *item;
    if (auto result = source.result(); !result) co_return result.error();
    co_return total;
  }
  asio::awaitable<void> hold() {
    asio::steady_timer never(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    world_.log.push_back("held");
    try {
      co_await never.async_wait(asio::use_awaitable);
    } catch (const std::system_error&) {
      world_.log.push_back("let go");
      throw;
    }
  }

  World& world_;
};

/// Actors on one thread that the test runs by hand, and a clock of its own.
class StreamFixture {
 public:
  StreamFixture() { ref = add("streamer"); }
  ~StreamFixture() {
    for (const auto& slot : slots_) slot->stop(kameo::actor::StopMode::kill);
    run();
  }

  Ref add(const std::string& name, const kameo::actor::Concurrency& concurrency = {},
          bool reentrant = false) {
    kameo::actor::SlotOptions options;
    options.name = name;
    options.clock = clock;
    options.names = names;
    options.concurrency = concurrency;
    options.default_deadline = default_deadline;
    options.reentrant = [reentrant](kameo::actor::RouteNumber) { return reentrant; };
    options.report = [this](const kameo::Error& lost) { lost_errors.push_back(lost.message()); };
    auto& world = *worlds_.emplace_back(std::make_unique<World>());
    slots_.push_back(kameo::actor::Slot::make(
        context.get_executor(), std::move(options),
        [&world, name, concurrency](const kameo::actor::Strand& strand, std::uint32_t number,
                                    std::shared_ptr<kameo::actor::Incarnation::Owner> owner) {
          return std::make_shared<kameo::actor::HandlerIncarnation>(
              strand, std::move(owner),
              kameo::ActorContext(name, number, strand, [](std::string_view) { return nullptr; }),
              [&world](const kameo::ActorContext&) { return std::make_unique<Streamer>(world); },
              kameo::Bytes(), concurrency);
        }));
    slots_.back()->start([](const kameo::Result<void>&) {});
    run();
    return Ref(slots_.back());
  }
  /// Of the actor that was added as the `index`th; 0 is `ref`.
  [[nodiscard]] World& world(std::size_t index = 0) { return *worlds_[index]; }
  [[nodiscard]] std::vector<std::string>& log() { return world().log; }

  void run() {
    context.restart();
    context.poll();
  }
  void pass(std::chrono::milliseconds time) {
    clock->advance(time);
    run();
  }
  /// What `next` gives within this turn; -1 where it waits, 0 at the end.
  int next(kameo::Stream<int>& stream) {
    auto got = std::make_shared<int>(-1);
    stream.next([got](std::optional<int> item) { *got = item.value_or(0); });
    run();
    return *got;
  }
  std::vector<int> read_all(kameo::Stream<int>& stream) {
    std::vector<int> items;
    for (int item = next(stream); item > 0; item = next(stream)) items.push_back(item);
    return items;
  }
  /// The outcome of an ask, once it is there.
  std::shared_ptr<std::optional<kameo::Result<int>>> call(const Ref& to,
                                                          kameo::actor::RouteNumber route,
                                                          kameo::AskOptions options = {}) {
    auto outcome = std::make_shared<std::optional<kameo::Result<int>>>();
    to.call(route, 7, options,
            [outcome](kameo::Result<int> result) { outcome->emplace(std::move(result)); });
    run();
    return outcome;
  }

  asio::io_context context;
  std::shared_ptr<kameo::testing::ManualClock> clock =
      std::make_shared<kameo::testing::ManualClock>();
  std::shared_ptr<kameo::actor::Names> names = std::make_shared<kameo::actor::Names>();
  std::vector<std::string> lost_errors;
  std::shared_ptr<kameo::actor::DeadlineQueue> default_deadline;  ///< of those added from now on

 private:
  std::vector<std::unique_ptr<World>> worlds_;
  std::vector<std::shared_ptr<kameo::actor::Slot>> slots_;

 public:
  Ref ref;
};

}  // namespace streams

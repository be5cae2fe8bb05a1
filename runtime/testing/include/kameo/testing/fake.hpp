#pragma once

#include <kameo/actor/receiver.hpp>
#include <kameo/codec.hpp>
#include <kameo/declared_error.hpp>
#include <kameo/testing/manual_clock.hpp>

#include <asio/any_io_executor.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a test puts in the place of an actor or of a provider of callbacks. Generated `testing.hpp`
/// has a class for each of them, `trading::FakeStrategy`, with one member per handler that says
/// what it answers and what it was asked:
///
///     trading::FakeStrategy strategy(io.get_executor());
///     strategy.evaluate.answers(Signal(Side::buy, 3));
///
///     Trader trader(strategy.ref());                      // what is tested
///     asio::co_spawn(io, trader.trade("AAPL"), asio::detached);
///     io.run();
///
///     CHECK(strategy.evaluate.requests() == std::vector{StrategyEvaluate("AAPL")});
///
/// Requests, replies and items are encoded and decoded on their way, as if to another process: what
/// would be refused there, a broken limit too, is refused here. There is no process and no thread:
/// a fake answers within the call, and time passes when the test says so. Where something is left
/// open, a held ask or a stream, `io.run()` would wait for it: `io.poll()` does what there is to
/// do.
namespace kameo::testing {
namespace detail {

/// What stands behind one handler of a fake.
class Route {
 public:
  Route() = default;
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;
  virtual ~Route() = default;
  /// As actor::Receiver::deliver.
  virtual Result<void> take(actor::Envelope envelope) = 0;
  /// Lets go of everything that waits: it may hold the ref that leads here.
  virtual void close() {}
};

/// What the refs of a fake point at. Outlives the fake as long as one of them does.
class FakeReceiver final : public actor::Receiver {
 public:
  FakeReceiver(std::string name, asio::any_io_executor executor)
      : name_(std::move(name)), executor_(std::move(executor)) {}

  void add(actor::RouteNumber number, std::shared_ptr<Route> route) {
    const std::lock_guard lock(mutex_);
    routes_[number] = std::move(route);
  }
  Result<void> deliver(actor::Envelope envelope) override {
    auto route = find(envelope.route);
    if (route) return (*route)->take(std::move(envelope));
    if (!envelope.reply_to) return route.error();
    envelope.reply_to(route.error());
    return {};
  }
  /// From now on every ask ends with `stopped`.
  void close() {
    std::map<actor::RouteNumber, std::shared_ptr<Route>> routes;
    {
      const std::lock_guard lock(mutex_);
      routes.swap(routes_);
      closed_ = true;
    }
    for (const auto& [number, route] : routes) route->close();
  }
  [[nodiscard]] bool wants_payload() const noexcept override { return true; }
  [[nodiscard]] asio::any_io_executor executor() const override { return executor_; }
  [[nodiscard]] std::string_view name() const noexcept override { return name_; }
  [[nodiscard]] std::shared_ptr<actor::Clock> clock() const override { return clock_; }
  [[nodiscard]] ManualClock& manual_clock() const noexcept { return *clock_; }

 private:
  [[nodiscard]] Result<std::shared_ptr<Route>> find(actor::RouteNumber number) {
    const std::lock_guard lock(mutex_);
    if (closed_) return fail(errc::stopped, "the fake ", name_, " has gone");
    const auto found = routes_.find(number);
    if (found != routes_.end()) return found->second;
    return fail(errc::unknown_route, name_, " has no handler number ", number);
  }

  const std::string name_;
  const asio::any_io_executor executor_;
  const std::shared_ptr<ManualClock> clock_ = std::make_shared<ManualClock>();

  std::mutex mutex_;  // guards all below
  std::map<actor::RouteNumber, std::shared_ptr<Route>> routes_;
  bool closed_ = false;
};

/// Remembers what was asked. Calls of the test's functions are made without its lock, so that they
/// may ask the fake in turn.
template <class Request>
class RecordingRoute : public Route {
 public:
  explicit RecordingRoute(std::string name) : name_(std::move(name)) {}

  [[nodiscard]] std::vector<Request> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 protected:
  /// Decodes and notes it. Where it can't be read the ask has its error, and there is none here.
  std::optional<Request> note(actor::Envelope& envelope) {
    auto request = std::move(envelope.message).template take<Request>();
    if (!request) {
      envelope.reply_to(request.error());
      return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    requests_.push_back(*request);
    return std::move(*request);
  }
  [[nodiscard]] Error no_answer() const {
    return fail(errc::no_answer, "the test has not said what ", name_, " answers");
  }

  mutable std::mutex mutex_;
  const std::string name_;  ///< `trading.Strategy.evaluate`

 private:
  std::vector<Request> requests_;  // guarded by mutex_
};

/// A reply as it would travel. One that can't is the handler's failure.
template <class Reply>
[[nodiscard]] Result<actor::Message> to_message(const Result<Reply>& reply) {
  if (!reply) return reply.error();
  auto payload = encode_payload(*reply);
  if (!payload) return payload.error().with_context("the fake's reply");
  return actor::Message::from_payload(std::move(*payload));
}
[[nodiscard]] inline Result<actor::Message> to_message(const Result<void>& reply) {
  if (!reply) return reply.error();
  return actor::Message::from_payload({});
}

}  // namespace detail

/// What all fakes have in common; use the generated ones. With it go the asks that it holds: they
/// end with `no_answer`, later ones with `stopped`.
/// Thread-safety: every function of a fake and of its members from any thread.
class Fake {
 public:
  Fake(const Fake&) = delete;
  Fake& operator=(const Fake&) = delete;

  /// Lets that much time pass for the deadlines of what was asked of it; without it none passes.
  void pass(std::chrono::milliseconds time) { receiver_->manual_clock().advance(time); }

  /// For the members of generated fakes.
  template <class Made>
  [[nodiscard]] std::shared_ptr<Made> add_route(actor::RouteNumber number, std::string_view name) {
    auto route = std::make_shared<Made>(concat(receiver_->name(), ".", name));
    receiver_->add(number, route);
    return route;
  }

 protected:
  /// `executor`: where completion handlers run that have none of their own, and timers of
  /// deadlines. Its context must outlive the fake.
  Fake(std::string name, asio::any_io_executor executor)
      : receiver_(std::make_shared<detail::FakeReceiver>(std::move(name), std::move(executor))) {}
  ~Fake() { receiver_->close(); }

  const std::shared_ptr<detail::FakeReceiver> receiver_;
};

}  // namespace kameo::testing

#include "process_fixture.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <stdexcept>
#include <system_error>

using kameo::errc;

namespace {

/// Answers with the symbol twice; `bad` is an error, `worse` an exception.
class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command request) override {
    if (request.argument == "bad") co_return kameo::fail(errc::handler_failed, "no such symbol");
    if (request.argument == "around") {  // asks who asks this
      probe::Command again("price", "around");
      auto answer = co_await actor.run(again);
      if (!answer) co_return answer.error();
      co_return std::move(*answer);
    }
    if (request.argument == "hold") {
      const auto& call = kameo::actor::Call::current();
      inherited.set_value(call && call->deadline.has_value());
      asio::steady_timer never(co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max());
      try {
        co_await never.async_wait(asio::use_awaitable);
      } catch (const std::system_error&) {
        let_go.set_value();
        throw;
      }
    }
    if (request.argument == "worse") throw std::out_of_range("beyond the market");
    co_return request.argument + request.argument;
  }
  kameo::Reply<void> ticks(probe::Command request, kameo::Sink<std::string> output) override {
    for (int i = 1;; ++i) {
      if (auto sent = co_await output.send(std::to_string(i % 10)); !sent) break;
      if (request.argument == "-1" && i == 3) {
        co_return kameo::fail(kameo::errc::handler_failed, "closed");
      }
    }
    // Only from here does the test know it.
    gone.set_value();
    co_return kameo::Result<void>();
  }
  kameo::Reply<std::string> join(probe::Command request,
                                 kameo::Stream<std::string> input) override {
    std::string all = request.argument;
    while (auto item = co_await input.next()) all += *item;
    if (auto result = input.result(); !result) co_return result.error();
    co_return all;
  }

  std::promise<void> gone;
  std::promise<bool> inherited;
  std::promise<void> let_go;
  probe::ProbeRef actor;
};

}  // namespace

TEST_CASE("a child's callback is answered by a handler of the parent", "[process][callback]") {
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  const auto actor = fixture.spawn().value();
  CHECK(actor("price", "ab").value() == "abab");
}

TEST_CASE("C8 a callback's error and its exception reach the child with their message",
          "[process][callback]") {
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  const auto actor = fixture.spawn().value();
  CHECK(actor("price", "bad").error().message() == "no such symbol");
  CHECK(actor("price", "worse").error().message() == "beyond the market");
  CHECK(actor("price", "ok").value() == "okok");
}

TEST_CASE("a callback that nobody provides says so", "[process][callback]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const auto reply = actor("price", "ab");
  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::not_provided);
  CHECK(reply.error().message().find("`market`") != std::string::npos);
}

TEST_CASE("C9 the same module provided twice is refused", "[process][callback]") {
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  const auto again = fixture.runtime.provide(std::make_shared<Market>());
  REQUIRE(!again);
  CHECK(again.error().code() == errc::already_provided);
}

TEST_CASE("an actor in this process has the same callbacks", "[process][callback]") {
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  const auto actor =
      fixture.runtime.spawn<probe::Probe>(kameo::inproc(probe::make_probe), {}, {}, kameo::blocking)
          .value();
  CHECK(actor("price", "ab").value() == "abab");
  CHECK(actor("price", "bad").error().message() == "no such symbol");
}

TEST_CASE("a child reads a stream from a handler of the parent, and stops it by leaving",
          "[process][callback][stream]") {
  ProcessFixture fixture;
  const auto market = std::make_shared<Market>();
  REQUIRE(fixture.runtime.provide(market));
  const bool in_this_process = GENERATE(false, true);
  const auto actor = in_this_process ? fixture.runtime
                                           .spawn<probe::Probe>(kameo::inproc(probe::make_probe),
                                                                {}, {}, kameo::blocking)
                                           .value()
                                     : fixture.spawn().value();
  CHECK(actor("read_ticks", "500").value().substr(0, 12) == "123456789012");
  market->gone.get_future().get();
  CHECK(actor("read_ticks", "-1").error().message() == "closed");
  CHECK(actor("send_joined", "y").value() == 'y' + std::string(200, 'x'));
}

TEST_CASE("a child that asks round to itself is told so, once all of its places wait",
          "[process][callback][deadlock]") {
  ProcessFixture fixture;
  const auto market = std::make_shared<Market>();
  REQUIRE(fixture.runtime.provide(market));
  const auto actor = fixture.spawn(kameo::SpawnOptions().name("prober")).value();
  market->actor = actor;
  const auto outcome = actor("price", "around");
  market->actor = {};
  REQUIRE(!outcome);
  CHECK(outcome.error().code() == errc::deadlock);
  // The probe takes four at a time.
  CHECK(outcome.error().message().find("prober → prober → prober → prober → prober: ") !=
        std::string::npos);
  CHECK(actor("price", "ok").value() == "okok");
}

TEST_CASE("a deadline goes through a child into its callback, and so does what follows from it",
          "[process][callback][deadline]") {
  ProcessFixture fixture;
  const auto market = std::make_shared<Market>();
  REQUIRE(fixture.runtime.provide(market));
  const auto actor = fixture.spawn().value();
  CHECK(actor("price", "warm").value() == "warmwarm");
  asio::cancellation_signal signal;
  std::promise<errc> outcome;
  kameo::AskOptions options;
  options.deadline = std::chrono::hours(1);
  actor.run({"price", "hold"}, options,
            asio::bind_cancellation_slot(signal.slot(), [&](kameo::Result<std::string> reply) {
              outcome.set_value(reply ? errc{} : reply.error().code());
            }));
  CHECK(market->inherited.get_future().get());
  signal.emit(asio::cancellation_type::total);
  CHECK(outcome.get_future().get() == errc::cancelled);
  market->let_go.get_future().get();
  CHECK(actor("price", "ok").value() == "okok");
}

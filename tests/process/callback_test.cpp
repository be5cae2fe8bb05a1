#include "process_fixture.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <stdexcept>

using kameo::errc;

namespace {

/// Answers with the symbol twice; `bad` is an error, `worse` an exception.
class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command request) override {
    if (request.argument == "bad") co_return kameo::fail(errc::handler_failed, "no such symbol");
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

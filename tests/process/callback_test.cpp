#include "process_fixture.hpp"

#include <catch2/catch.hpp>

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

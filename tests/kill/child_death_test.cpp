#include "process_fixture.hpp"

#include <signal.h>
#include <asio/steady_timer.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <mutex>

using kameo::errc;

namespace {

/// A market whose answer never comes, and that tells when it was asked.
class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command) override {
    asio::steady_timer never(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    asked.set_value();
    co_await never.async_wait(asio::use_awaitable);
    co_return std::string();
  }
  std::promise<void> asked;
};

}  // namespace

TEST_CASE("in whatever state a child is killed, each ask ends once and the actor comes back",
          "[kill]") {
  const std::string state = GENERATE("idle", "held", "busy", "callback");
  const auto fault = GENERATE(SIGKILL, SIGSEGV, SIGABRT, SIGTERM, SIGBUS);
  CAPTURE(state, fault);
  auto market = std::make_shared<Market>();
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(market));
  const auto actor = fixture.spawn(restarting()).value();
  const auto child = std::stoi(actor("pid").value());
  const auto grandchild = std::stoi(actor("fork_away").value());

  std::promise<kameo::Result<std::string>> outcome;
  const auto start = [&](std::string what) {
    actor.run({std::move(what), "x"}, {},
              [&](kameo::Result<std::string> reply) { outcome.set_value(std::move(reply)); });
  };
  if (state == "held") {
    start("held");
    fixture.logs.wait_for("held");
  } else if (state == "busy") {
    start("spin");
    fixture.logs.wait_for("spinning");
  } else if (state == "callback") {
    start("price");
    market->asked.get_future().wait();
  }

  kill(child, fault);

  if (state == "idle") {
    fixture.logs.wait_for("restarting in");  // an ask before that may still reach the dying one
  } else {
    const auto reply = outcome.get_future().get();
    REQUIRE(!reply);
    CHECK(reply.error().code() == errc::died_may_have_run);
    REQUIRE(reply.error().data().death);
    CHECK(reply.error().data().death->signal == fault);
  }
  CHECK(actor("incarnation").value() == "2");
  wait_until_gone(child);
  wait_until_gone(grandchild);
}

TEST_CASE("a child that is stopped by SIGSTOP is still killed at the end", "[kill]") {
  int child = 0;
  {
    ProcessFixture fixture;
    child = std::stoi(fixture.spawn().value()("pid").value());
    kill(child, SIGSTOP);
  }
  CHECK(!is_running(child));
}

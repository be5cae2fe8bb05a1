#include "process_fixture.hpp"

#include <signal.h>

#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <future>

using kameo::errc;

TEST_CASE("a stop lets an actor finish what waits, run its on_stop and end", "[process][stop]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const auto pid = std::stoi(actor("pid").value());
  std::vector<std::future<std::string>> replies;
  for (int i = 0; i < 100; ++i) {
    auto outcome = std::make_shared<std::promise<std::string>>();
    replies.push_back(outcome->get_future());
    actor.run({"echo", std::to_string(i)}, {}, [outcome](kameo::Result<std::string> reply) {
      outcome->set_value(reply ? *reply : reply.error().what());
    });
  }

  REQUIRE(fixture.runtime.stop(actor, kameo::blocking));

  for (int i = 0; i < 100; ++i)
    CHECK(replies[static_cast<std::size_t>(i)].get() == std::to_string(i));
  CHECK(!is_running(pid));
  fixture.logs.wait_for("stopped in order");
  const auto late = actor("echo", "late");
  REQUIRE(!late);
  CHECK(late.error().code() == errc::stopped);
  CHECK(actor.note({"", "late"}).error().code() == errc::stopped);
}

TEST_CASE("one that doesn't drain is terminated, and its asks end", "[process][stop]") {
  ProcessFixture fixture;
  const auto actor =
      fixture.spawn_raw("silent", once().stop_timeout(std::chrono::milliseconds(20))).value();
  std::promise<kameo::Result<std::string>> outcome;
  actor.run({"anything", ""}, {},
            [&](kameo::Result<std::string> reply) { outcome.set_value(std::move(reply)); });
  REQUIRE(fixture.runtime.stop(actor, kameo::blocking));
  const auto reply = outcome.get_future().get();
  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::died_may_have_run);
  CHECK(reply.error().data().death->signal == SIGTERM);
}

TEST_CASE("one that ignores its termination is killed", "[process][stop]") {
  ProcessFixture fixture;
  const auto actor = fixture
                         .spawn_raw("stubborn", once()
                                                    .stop_timeout(std::chrono::milliseconds(20))
                                                    .kill_timeout(std::chrono::milliseconds(20)))
                         .value();
  std::promise<kameo::Result<std::string>> outcome;
  actor.run({"anything", ""}, {},
            [&](kameo::Result<std::string> reply) { outcome.set_value(std::move(reply)); });
  REQUIRE(fixture.runtime.stop(actor, kameo::blocking));
  CHECK(outcome.get_future().get().error().data().death->signal == SIGKILL);
}

TEST_CASE("the end of a runtime leaves no process and answers every ask", "[process][stop]") {
  int child = 0;
  int keeper = 0;
  std::promise<kameo::Result<std::string>> outcome;
  {
    ProcessFixture fixture;
    const auto actor = fixture.spawn().value();
    child = std::stoi(actor("pid").value());
    keeper = fixture.runtime.keeper_pid();
    CHECK(is_running(keeper));
    actor.run({"held", ""}, {},
              [&](kameo::Result<std::string> reply) { outcome.set_value(std::move(reply)); });
    fixture.logs.wait_for("held");
  }
  CHECK(!is_running(child));
  CHECK(!is_running(keeper));
  CHECK(!outcome.get_future().get());
}

TEST_CASE("a ref that outlives its runtime refuses", "[process][stop]") {
  probe::ProbeRef actor;
  CHECK(actor("echo", "nowhere").error().code() == errc::stopped);
  {
    ProcessFixture fixture;
    actor = fixture.spawn().value();
  }
  CHECK(actor.note({"", "x"}).error().code() == errc::stopped);
  CHECK(actor("echo", "too late").error().code() == errc::stopped);
}

TEST_CASE("a runtime that is stopped takes no more actors", "[process][stop]") {
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.stop(kameo::blocking));
  const auto late = fixture.spawn();
  REQUIRE(!late);
  CHECK(late.error().code() == errc::stopped);
  CHECK(fixture.runtime.stop(kameo::blocking));
}

TEST_CASE("a runtime on the caller's executor works while that runs", "[process][stop]") {
  asio::io_context context;
  kameo::Runtime runtime(context.get_executor(), kameo::RuntimeOptions().log({}));
  std::string answer;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        auto spawned = co_await runtime.spawn<probe::Probe>(kameo::child());
        if (!spawned) co_return;
        const probe::Command command("echo", "by co_await");
        auto reply = co_await spawned->run(command);
        if (reply) answer = *reply;
        static_cast<void>(co_await runtime.stop());  // always success
      },
      asio::detached);
  context.run();  // comes back: nothing of the runtime's keeps it busy
  CHECK(answer == "by co_await");
}

TEST_CASE("what a runtime kills at its own end is no warning", "[process][stop]") {
  Logs logs;
  {
    kameo::Runtime runtime(kameo::RuntimeOptions().log(logs.hook()));
    REQUIRE(runtime.spawn<probe::Probe>(kameo::child(), {}, {}, kameo::blocking));
  }
  const auto entry = logs.wait_for("while it was stopped");
  CHECK(entry.record.level == kameo::wire::LogLevel::debug);
}

#include "process_fixture.hpp"

#include <signal.h>
#include <catch2/catch.hpp>

#include <future>

using kameo::errc;

namespace {

/// Starts an ask and gives the future of its outcome.
std::future<kameo::Result<std::string>> ask(const probe::ProbeRef& actor, std::string what,
                                            std::string argument = {}) {
  auto outcome = std::make_shared<std::promise<kameo::Result<std::string>>>();
  auto future = outcome->get_future();
  actor.run({std::move(what), std::move(argument)}, {},
            [outcome](kameo::Result<std::string> reply) { outcome->set_value(std::move(reply)); });
  return future;
}

}  // namespace

TEST_CASE("each ask of a child that dies ends at once with how it died", "[process][death]") {
  struct Death {
    std::string what;
    std::string argument;
    int signal;
    int exit_code;
    std::string reason;
  };
  const auto death =
      GENERATE(Death{"signal", std::to_string(SIGSEGV), SIGSEGV, -1,
                     "killed by SIGSEGV (segmentation fault)"},
               Death{"signal", std::to_string(SIGABRT), SIGABRT, -1, "killed by SIGABRT (aborted)"},
               Death{"signal", std::to_string(SIGKILL), SIGKILL, -1, "killed by SIGKILL (killed)"},
               Death{"exit", "0", 0, 0, "exited with code 0"},
               Death{"exit", "3", 0, 3, "exited with code 3"});
  ProcessFixture fixture;
  const auto actor = fixture.spawn(once()).value();
  const auto pid = std::stoi(actor("pid").value());
  REQUIRE(actor("complain", "last words\nof mine\n"));
  auto held = ask(actor, "held");
  fixture.logs.wait_for("held");

  const auto fatal = actor(death.what, death.argument);

  REQUIRE(!fatal);
  CHECK(fatal.error().code() == errc::died_may_have_run);
  const auto& certificate = fatal.error().data().death;
  REQUIRE(certificate);
  CHECK(certificate->reason.starts_with(death.reason));
  CHECK(certificate->signal == death.signal);
  CHECK(certificate->exit_code == death.exit_code);
  CHECK(certificate->actor == "probe[1]");
  CHECK(certificate->incarnation == 1);
  CHECK(certificate->pid == pid);
  CHECK(certificate->peak_rss_bytes > 0);
  CHECK(certificate->uptime_us > 0);
  CHECK(certificate->restarts_left == -1);
  CHECK(certificate->last_stderr == std::vector<std::string>{"last words", "of mine"});

  const auto bystander = held.get();
  REQUIRE(!bystander);
  CHECK(bystander.error().code() == errc::died_may_have_run);
  CHECK(bystander.error().data().death == certificate);
}

TEST_CASE("an actor whose policy is never refuses what comes after its death", "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(once()).value();
  REQUIRE(!actor("exit", "3"));

  fixture.logs.wait_for("not started again");
  const auto late = actor("echo", "anybody there?");
  REQUIRE(!late);
  CHECK((late.error().code() == errc::stopped || late.error().code() == errc::not_started));
  REQUIRE(late.error().data().death);
  CHECK(late.error().data().death->exit_code == 3);
}

TEST_CASE("a child that died is started again, and its ref stays good", "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(restarting()).value();
  const auto first = actor("pid").value();

  CHECK(!actor("signal", std::to_string(SIGSEGV)));

  CHECK(actor("incarnation").value() == "2");
  CHECK(actor("pid").value() != first);
}

TEST_CASE("what waited in the slot when a child died is worked off by the next, in order",
          "[process][death]") {
  ProcessFixture fixture;
  // So many as the child works on at once: all else waits in the slot.
  const auto actor = fixture.spawn(restarting().in_flight(8)).value();
  const auto pid = std::stoi(actor("pid").value());
  std::vector<std::future<kameo::Result<std::string>>> held;
  for (int i = 0; i < 8; ++i) held.push_back(ask(actor, "held"));
  fixture.logs.wait_for("held");
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    REQUIRE(actor.note({"", std::string(1, letter)}));
  }
  auto waiting = ask(actor, "noted");

  kill(pid, SIGKILL);

  for (auto& one : held) CHECK(one.get().error().code() == errc::died_may_have_run);
  CHECK(waiting.get().value() == "abcdefghijklmnopqrstuvwxyz");
  CHECK(actor("incarnation").value() == "2");
}

TEST_CASE("when its restarts are spent, an actor is given up", "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(restarting(2)).value();
  CHECK(!actor("exit", "3"));
  CHECK(!actor("exit", "3"));
  CHECK(!actor("exit", "3"));

  fixture.logs.wait_for("not started again");
  const auto late = actor("echo", "x");
  REQUIRE(!late);
  CHECK(late.error().message().find("2 restarts") != std::string::npos);
}

TEST_CASE("a reply that stood in the kernel when its child died still counts", "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn_raw("answer-and-exit", once()).value();
  CHECK(actor("anything").value() == "here");
}

TEST_CASE("a child that ends without a word has still lost what it had in hand",
          "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn_raw("exit-in-ask", once()).value();
  const auto reply = actor("anything");
  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::died_may_have_run);
  CHECK(reply.error().data().death->exit_code == 0);
}

TEST_CASE("a child that breaks the protocol is killed, and its asks say why", "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn_raw("answer-twice", once()).value();
  CHECK(actor("anything").value() == "here");
  fixture.logs.wait_for("it broke the protocol: a second answer to ask");
}

TEST_CASE("a child that closes its connection is gone soon, and its asks end", "[process][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(once()).value();
  const auto pid = std::stoi(actor("pid").value());
  const auto reply = actor("close");
  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::died_may_have_run);
  CHECK(!is_running(pid));
}

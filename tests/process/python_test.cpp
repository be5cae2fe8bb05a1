#include "process_fixture.hpp"

#include <kameo/testing/manual_clock.hpp>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <future>

using kameo::errc;

namespace {

kameo::Result<probe::ProbeRef> spawn(ProcessFixture& fixture, std::string handler,
                                     kameo::SpawnOptions options = {}) {
  return fixture.runtime.spawn<probe::Probe>(
      kameo::python(std::move(handler)).path(KAMEO_TEST_HANDLERS).interpreter(KAMEO_TEST_PYTHON),
      probe::Config("bonjour"), std::move(options), kameo::blocking);
}

class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command request) override {
    co_return request.argument + "!";
  }
};

}  // namespace

TEST_CASE("a Python child answers behind the same ref", "[process][python]") {
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  const auto actor = spawn(fixture, "probe_handler:Probe").value();
  CHECK(actor("echo", "Hello, 世界!").value() == "Hello, 世界!");
  CHECK(actor("greeting").value() == "bonjour");
  REQUIRE(actor.note({"", "a"}));
  REQUIRE(actor.note({"", "b"}));
  CHECK(actor("noted").value() == "ab");
  CHECK(actor("price", "AAPL").value() == "AAPL!");

  const auto raised = actor("raise", "key");
  REQUIRE(!raised);
  CHECK(raised.error().code() == errc::handler_failed);
  CHECK(raised.error().data().type == "KeyError");
  CHECK(raised.error().data().traceback.find("probe_handler.py") != std::string::npos);
}

TEST_CASE("a Python child that dies is certified and started again", "[process][python]") {
  ProcessFixture fixture;
  const auto actor = spawn(fixture, "probe_handler:Probe", restarting()).value();
  const auto crashed = actor("signal", std::to_string(SIGSEGV));
  REQUIRE(!crashed);
  CHECK(crashed.error().code() == errc::died_may_have_run);
  CHECK(crashed.error().data().death->signal == SIGSEGV);

  const auto left = actor("exit", "5");
  REQUIRE(!left);
  CHECK(left.error().data().death->exit_code == 5);
  CHECK(left.error().data().death->last_stderr == std::vector<std::string>{"farewell"});
  CHECK(actor("echo", "third life").value() == "third life");
}

TEST_CASE("D1 a Python module that raises is a failed spawn with its traceback",
          "[process][python]") {
  ProcessFixture fixture;
  const auto spawned = spawn(fixture, "broken");
  REQUIRE(!spawned);
  CHECK(spawned.error().code() == errc::start_failed);
  CHECK(spawned.error().message().find("broken on purpose") != std::string::npos);
  CHECK(spawned.error().data().traceback.find("broken.py") != std::string::npos);
}

TEST_CASE("a Python child is gone after the stop, what it said last included",
          "[process][python]") {
  ProcessFixture fixture;
  const auto actor = spawn(fixture, "probe_handler:Probe").value();
  const auto pid = std::stoi(actor("pid").value());
  REQUIRE(fixture.runtime.stop(actor, kameo::blocking));
  CHECK(!is_running(pid));
  for (const auto& entry : fixture.logs.all()) {
    CHECK(entry.record.message == "");  // a stop in order says nothing
  }
}

TEST_CASE("a Python child streams behind the same ref, both ways", "[process][python][stream]") {
  ProcessFixture fixture;
  const auto actor = spawn(fixture, "probe_handler:Probe").value();
  auto stream = actor.stream({"fail", "300"});
  int read = 0;
  while (auto item = stream.next(kameo::blocking)) CHECK(*item == std::to_string(++read));
  CHECK(read == 300);
  CHECK(stream.result().error().message() == "enough");

  auto upload = actor.join({"", ">"});
  for (int i = 0; i < 200; ++i) REQUIRE(upload.send("x", kameo::blocking));
  CHECK(upload.reply(kameo::blocking).value() == ">" + std::string(200, 'x'));

  auto both = actor.shout({"", ""});
  for (int i = 0; i < 200; ++i) {
    REQUIRE(both.send(std::to_string(i), kameo::blocking));
    CHECK(both.next(kameo::blocking) == std::to_string(i) + "!");
  }
  both.end();
  CHECK(!both.next(kameo::blocking));
  CHECK(both.result());
}

TEST_CASE(
    "a plain handler past its deadline answers late to nobody, and its caller is told on time",
    "[process][python][deadline]") {
  const auto clock = std::make_shared<kameo::testing::ManualClock>();
  Logs logs;
  kameo::Runtime runtime(kameo::RuntimeOptions().threads(2).log(logs.hook()).clock(clock));
  const auto actor = runtime
                         .spawn<probe::Probe>(kameo::python("probe_handler:Probe")
                                                  .path(KAMEO_TEST_HANDLERS)
                                                  .interpreter(KAMEO_TEST_PYTHON),
                                              {}, {}, kameo::blocking)
                         .value();
  char folder[] = "/tmp/kameo-test-XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const auto gate = std::string(folder) + "/gate";
  REQUIRE(mkfifo(gate.c_str(), 0600) == 0);
  kameo::AskOptions options;
  options.deadline = std::chrono::hours(1);
  std::promise<errc> outcome;
  actor.run({"open", gate}, options, [&](kameo::Result<std::string> reply) {
    outcome.set_value(reply ? errc{} : reply.error().code());
  });
  logs.wait_for("opening");
  clock->advance(std::chrono::hours(1));
  CHECK(outcome.get_future().get() == errc::deadline_exceeded);
  close(open(gate.c_str(), O_WRONLY));
  // The late answer is dropped, what the handler did stands, and the actor goes on.
  CHECK(actor("seen").value() == "openseen");
  unlink(gate.c_str());
  rmdir(folder);
}

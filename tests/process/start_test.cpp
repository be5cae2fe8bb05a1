#include "process_fixture.hpp"

#include <catch2/catch.hpp>

using kameo::errc;

namespace {

kameo::Error failure(const kameo::Result<probe::ProbeRef>& spawned) {
  REQUIRE(!spawned);
  return spawned.error();
}

bool has(const kameo::Error& error, const std::string& text) {
  return error.message().find(text) != std::string::npos;
}

}  // namespace

TEST_CASE("D3 a child that ends before hello is a typed error at once", "[process][start]") {
  ProcessFixture fixture;
  const auto error = failure(fixture.spawn_raw("exit-first"));
  CHECK(error.code() == errc::start_failed);
  CHECK(has(error, "exited with code 3 before hello"));
  REQUIRE(error.data().death);
  CHECK(error.data().death->last_stderr == std::vector<std::string>{"not today"});
}

TEST_CASE("D3 a child that ends after hello, before ready, is a typed error at once",
          "[process][start]") {
  ProcessFixture fixture;
  const auto exited = failure(fixture.spawn_raw("exit-after-hello"));
  CHECK(exited.code() == errc::start_failed);
  CHECK(has(exited, "exited with code 3 after hello, before ready"));

  const auto killed = failure(fixture.spawn_raw("kill-after-hello"));
  CHECK(killed.code() == errc::start_failed);
  CHECK(has(killed, "killed by SIGKILL (killed)"));
}

TEST_CASE("a child that never says hello is a handshake time-out, and gone", "[process][start]") {
  ProcessFixture fixture;
  auto options = kameo::SpawnOptions().start_timeout(std::chrono::milliseconds(50));
  const auto error = failure(fixture.spawn_raw("no-hello", options));
  CHECK(error.code() == errc::handshake_timeout);
  CHECK(has(error, "50 ms"));
  REQUIRE(error.data().death);
  CHECK(!is_running(error.data().death->pid));
}

TEST_CASE("a child whose first bytes are no frame is killed", "[process][start]") {
  ProcessFixture fixture;
  const auto error = failure(fixture.spawn_raw("garbage"));
  CHECK(error.code() == errc::start_failed);
  CHECK(has(error, "it broke the protocol"));
}

TEST_CASE("a child's own reason for not starting reaches whoever spawned it", "[process][start]") {
  ProcessFixture fixture;
  const auto error = failure(fixture.spawn_raw("refuse"));
  CHECK(error.code() == errc::start_failed);
  CHECK(has(error, "not in the mood"));
}

TEST_CASE("a handler that refuses or throws at its start is a failed spawn", "[process][start]") {
  ProcessFixture fixture;
  const auto refused = failure(fixture.spawn({}, probe::Config("refuse")));
  CHECK(refused.code() == errc::start_failed);
  CHECK(has(refused, "no, thank you"));

  const auto thrown = failure(fixture.spawn({}, probe::Config("throw")));
  CHECK(thrown.code() == errc::start_failed);
  CHECK(has(thrown, "thrown at the start"));
  CHECK(thrown.data().type == "std::runtime_error");

  const auto exited = failure(fixture.spawn({}, probe::Config("exit")));
  CHECK(exited.code() == errc::start_failed);
  CHECK(has(exited, "exited with code 7"));
}

TEST_CASE("D2 an actor that the program doesn't have is told by its name", "[process][start]") {
  ProcessFixture fixture;
  auto package = std::make_shared<kameo::schema::Package>(*probe::package());
  package->actors[0].name = "Stranger";
  const auto spawned = fixture.runtime.spawn_dynamic(
      kameo::DynamicActor(package).actor("probe.Stranger"), kameo::child(), {}, kameo::blocking);
  REQUIRE(!spawned);
  CHECK(spawned.error().code() == errc::start_failed);
  CHECK(has(spawned.error(), "unknown actor type: probe.Stranger"));
  CHECK(spawned.error().data().death->exit_code == 1);
}

TEST_CASE("D1 a program that doesn't exist is told by its path", "[process][start]") {
  ProcessFixture fixture;
  const auto spawn = [&](std::vector<std::string> command) {
    return failure(fixture.runtime.spawn<probe::Probe>(kameo::executable(std::move(command)), {},
                                                       {}, kameo::blocking));
  };
  const auto missing = spawn({"/no/such/program"});
  CHECK(missing.code() == errc::start_failed);
  CHECK(has(missing, "/no/such/program: No such file or directory"));
  const auto unnamed = spawn({"no-such-program-anywhere"});
  CHECK(unnamed.code() == errc::start_failed);
  CHECK(has(unnamed, "no-such-program-anywhere"));
  const auto text = spawn({"/etc/passwd"});
  CHECK(text.code() == errc::start_failed);
  CHECK(has(text, "not an executable file"));
}

TEST_CASE("D1 an interpreter that doesn't exist is told by its path", "[process][start]") {
  ProcessFixture fixture;
  const auto error = failure(fixture.runtime.spawn<probe::Probe>(
      kameo::python("strategy:Strategy").interpreter("/no/such/python"), {}, {}, kameo::blocking));
  CHECK(error.code() == errc::start_failed);
  CHECK(has(error, "/no/such/python"));
  CHECK(has(error, "interpreter"));
}

TEST_CASE("an interpreter without kameo's runtime is told with its version and the remedy",
          "[process][start]") {
  ProcessFixture fixture;
  // Isolated by an empty environment and `-I` in the script: no PYTHONPATH, no user site.
  const auto error = failure(fixture.runtime.spawn<probe::Probe>(
      kameo::python("strategy:Strategy").interpreter(KAMEO_TEST_BARE_PYTHON), {}, {},
      kameo::blocking));
  CHECK(error.code() == errc::start_failed);
  CHECK(has(error, KAMEO_TEST_BARE_PYTHON));
  CHECK(has(error, "(Python 3."));
  CHECK(has(error, "-m pip install"));
  CHECK(has(error, "kameo_runtime"));
}

TEST_CASE("a directory that doesn't exist is told by its path", "[process][start]") {
  ProcessFixture fixture;
  const auto error = failure(fixture.spawn(kameo::SpawnOptions().directory("/no/such/place")));
  CHECK(error.code() == errc::start_failed);
  CHECK(has(error, "/no/such/place"));
}

TEST_CASE("two actors of one name are refused, and the name is free after the first has gone",
          "[process][start]") {
  ProcessFixture fixture;
  const auto first = fixture.spawn(kameo::SpawnOptions().name("solo")).value();
  CHECK(failure(fixture.spawn(kameo::SpawnOptions().name("solo"))).code() ==
        errc::invalid_argument);
  REQUIRE(fixture.runtime.stop(first, kameo::blocking));
  CHECK(fixture.spawn(kameo::SpawnOptions().name("solo")));
}

#include "process_fixture.hpp"

#include <unistd.h>
#include <catch2/catch.hpp>

TEST_CASE("an actor in this process answers behind the same ref", "[process][inproc]") {
  ProcessFixture fixture;
  const auto actor = fixture.runtime
                         .spawn<probe::Probe>(kameo::inproc(probe::make_probe), probe::Config("hi"),
                                              {}, kameo::blocking)
                         .value();
  CHECK(actor("greeting").value() == "hi");
  CHECK(actor("pid").value() == std::to_string(getpid()));
  CHECK(actor("throw", "oh").error().message() == "oh");
  CHECK(actor("echo", "still here").value() == "still here");
  CHECK(fixture.runtime.keeper_pid() == 0);  // no process was needed
}

TEST_CASE("a failed start in this process is a failed spawn", "[process][inproc]") {
  ProcessFixture fixture;
  const auto refused = fixture.runtime.spawn<probe::Probe>(
      kameo::inproc(probe::make_probe), probe::Config("refuse"), {}, kameo::blocking);
  REQUIRE(!refused);
  CHECK(refused.error().code() == kameo::errc::start_failed);
  CHECK(refused.error().message().find("no, thank you") != std::string::npos);
}

TEST_CASE("an actor without generated code is asked by name with payloads", "[process][dynamic]") {
  ProcessFixture fixture;
  const auto config = kameo::encode_payload(probe::Config("dynamic")).value();
  const auto actor =
      fixture.runtime
          .spawn_dynamic(kameo::DynamicActor(probe::package()).actor("Probe").config(config),
                         kameo::child(), {}, kameo::blocking)
          .value();
  const auto request = kameo::encode_payload(probe::Command("greeting", "")).value();

  const auto reply = actor.ask_payload("run", request, {}, kameo::blocking);
  REQUIRE(reply);
  CHECK(kameo::decode_payload<std::string>(reply->bytes).value() == "dynamic");
  REQUIRE(actor.tell_payload("note", request));

  const auto unknown = actor.ask_payload("walk", request, {}, kameo::blocking);
  REQUIRE(!unknown);
  CHECK(unknown.error().code() == kameo::errc::unknown_route);
  CHECK(unknown.error().message().find("`walk`") != std::string::npos);
}

#include "process_fixture.hpp"

#include <catch2/catch.hpp>

TEST_CASE("G3 what a child prints arrives as records, tagged with the actor", "[process][output]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(kameo::SpawnOptions().name("talker")).value();
  REQUIRE(actor("print", "one\ntwo\r\nno end"));
  REQUIRE(actor("complain", "a complaint\n"));

  const auto one = fixture.logs.wait_for("one");
  CHECK(one.actor == "talker");
  CHECK(one.record.source == "stdout");
  CHECK(one.record.message == "one");
  CHECK(fixture.logs.wait_for("two").record.message == "two");
  const auto complaint = fixture.logs.wait_for("a complaint");
  CHECK(complaint.record.source == "stderr");
  CHECK(complaint.actor == "talker");

  REQUIRE(fixture.runtime.stop(kameo::blocking));
  CHECK(fixture.logs.wait_for("no end").record.message.starts_with("no end"));
}

TEST_CASE("G3 a megabyte without a newline comes in pieces, all of it", "[process][output]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  REQUIRE(actor("flood", "1048576"));
  REQUIRE(fixture.runtime.stop(kameo::blocking));
  std::size_t bytes = 0;
  for (const auto& entry : fixture.logs.all()) {
    if (entry.record.source != "stdout") continue;
    CHECK(entry.record.message.size() <= 65536);
    bytes += static_cast<std::size_t>(
        std::count(entry.record.message.begin(), entry.record.message.end(), 'x'));
  }
  CHECK(bytes == 1048576);
}

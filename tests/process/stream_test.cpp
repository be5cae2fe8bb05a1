#include "process_fixture.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <catch2/catch.hpp>

#include <future>

using kameo::errc;
using std::chrono::milliseconds;

namespace {

/// The probe in each of its placements: the ref is the same.
probe::ProbeRef placed(ProcessFixture& fixture, bool in_this_process) {
  if (!in_this_process) return fixture.spawn().value();
  return fixture.runtime
      .spawn<probe::Probe>(kameo::inproc(probe::make_probe), {}, {}, kameo::blocking)
      .value();
}

std::vector<std::string> read_all(kameo::Stream<std::string>& stream) {
  std::vector<std::string> items;
  while (auto item = stream.next(kameo::blocking)) items.push_back(std::move(*item));
  return items;
}

/// A turn of the child: what was sent to it before has been seen.
void round_trip(const probe::ProbeRef& actor) {
  CHECK(actor("echo", "x").value() == "x");
}

}  // namespace

TEST_CASE("a stream from a child and from this process is the same", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = placed(fixture, GENERATE(false, true));
  auto stream = actor.stream({"count", "1000"});  // many windows
  const auto items = read_all(stream);
  REQUIRE(items.size() == 1000);
  for (std::size_t i = 0; i < items.size(); ++i) CHECK(items[i] == std::to_string(i + 1));
  CHECK(!stream.next(kameo::blocking));
  CHECK(stream.result());

  auto fails = actor.stream({"fail", "3"});
  CHECK(read_all(fails) == std::vector<std::string>{"1", "2", "3"});
  CHECK(fails.result().error().message() == "enough");

  auto empty = actor.stream({"count", "0"});
  CHECK(read_all(empty).empty());
  CHECK(empty.result());
}

TEST_CASE("an item larger than the window comes through", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  auto stream = actor.stream({"large", "3000000"});
  CHECK(stream.next(kameo::blocking)->size() == 3'000'000);
  CHECK(!stream.next(kameo::blocking));
  CHECK(stream.result());
}

TEST_CASE("items that fill the output go on once it has gone out", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  kameo::StreamOptions options;
  options.window = {64, 64U << 20U};
  auto stream = actor.stream({"larger", "3000000"}, options);
  for (int i = 0; i < 3; ++i) {
    const auto item = stream.next(kameo::blocking);
    REQUIRE(item);
    CHECK(item->size() == 3'000'000);
  }
  CHECK(!stream.next(kameo::blocking));
  CHECK(stream.result());
}

TEST_CASE("a stream that is dropped stops a child that would write for ever", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  {
    auto stream = actor.stream({"forever", ""});
    CHECK(stream.next(kameo::blocking) == "1");
  }
  fixture.logs.wait_for("stopped: nobody reads this stream");
  round_trip(actor);
}

TEST_CASE("a cancel and a deadline reach what a child's handler awaits",
          "[process][stream][deadline]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  SECTION("of a stream") {
    auto stream = actor.stream({"hold", ""});
    CHECK(stream.next(kameo::blocking) == "1");
    fixture.logs.wait_for("held");
    stream.cancel();
    CHECK(!stream.next(kameo::blocking));
    CHECK(stream.result().error().code() == errc::cancelled);
  }
  SECTION("of an ask") {
    asio::cancellation_signal signal;
    std::promise<errc> outcome;
    actor.run({"held", "1"}, {},
              asio::bind_cancellation_slot(signal.slot(), [&](kameo::Result<std::string> reply) {
                outcome.set_value(reply ? errc{} : reply.error().code());
              }));
    fixture.logs.wait_for("held");
    signal.emit(asio::cancellation_type::total);
    CHECK(outcome.get_future().get() == errc::cancelled);
  }
  SECTION("a deadline") {
    kameo::AskOptions options;
    options.deadline = milliseconds(1);
    CHECK(actor.run({"held", "1"}, options, kameo::blocking).error().code() ==
          errc::deadline_exceeded);
    // Begun or not when it passed: in either case the actor is free again.
    round_trip(actor);
    return;
  }
  fixture.logs.wait_for("let go");
  round_trip(actor);
}

TEST_CASE("a child that dies in a stream: what came before is read, then how it died",
          "[process][stream][death]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn(once()).value();
  auto stream = actor.stream({"die", "1"});
  std::vector<std::string> items = read_all(stream);
  CHECK(items.size() <= 1);  // it may have died before the kernel had the item
  const auto result = stream.result();
  REQUIRE(!result);
  CHECK(result.error().code() == errc::died_may_have_run);
  REQUIRE(result.error().data().death);
  CHECK(result.error().data().death->exit_code == 3);
}

TEST_CASE("input streams to a child and in this process are the same", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = placed(fixture, GENERATE(false, true));
  std::string expected = ">";
  auto upload = actor.join({"all", ">"});
  for (int i = 0; i < 500; ++i) {
    expected += std::to_string(i);
    REQUIRE(upload.send(std::to_string(i), kameo::blocking));
  }
  CHECK(upload.reply(kameo::blocking).value() == expected);

  auto broken = actor.join({"all", ""});
  REQUIRE(broken.send("x", kameo::blocking));
  broken.break_off(kameo::fail(errc::handler_failed, "torn"));
  CHECK(broken.reply(kameo::blocking).error().message() == "torn");

  auto answered = actor.join({"first", ""});
  kameo::Result<void> sent;
  while (sent) sent = answered.send("y", kameo::blocking);  // until the answer crosses it
  CHECK(sent.error().code() == errc::cancelled);
  CHECK(answered.reply(kameo::blocking).value() == "y");
}

TEST_CASE("both streams of one ask run at once", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = placed(fixture, GENERATE(false, true));
  auto both = actor.shout({"", ""});
  for (int i = 0; i < 300; ++i) {
    REQUIRE(both.send(std::to_string(i), kameo::blocking));
    CHECK(both.next(kameo::blocking) == std::to_string(i) + "!");
  }
  both.end();
  CHECK(!both.next(kameo::blocking));
  CHECK(both.result());
}

TEST_CASE("a stream that nobody reads holds up no other", "[process][stream]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  auto unread = actor.stream({"forever", ""});
  auto stream = actor.stream({"count", "500"});
  CHECK(read_all(stream).size() == 500);
  CHECK(unread.next(kameo::blocking) == "1");
}

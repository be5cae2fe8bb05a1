// A child that attacks its parent (hostile_child.cpp): the parent's memory stays within its limits,
// the child beside it goes on, and whoever asked the hostile one gets a typed error.

#include "peak_memory.hpp"
#include "process_fixture.hpp"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include <future>

using kameo::errc;

namespace {

/// Answers nobody, and streams as long as anybody reads.
class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command) override {
    asio::steady_timer never(co_await asio::this_coro::executor,
                             asio::steady_timer::time_point::max());
    co_await never.async_wait(asio::use_awaitable);
    co_return std::string();
  }
  kameo::Reply<void> ticks(probe::Command, kameo::Sink<std::string> output) override {
    const std::string item(4096, 'x');
    while (co_await output.send(item)) {
    }
    co_return kameo::Result<void>();
  }
};

constexpr std::uint64_t mebibyte = 1024 * 1024;

kameo::SpawnOptions narrow() {
  kameo::wire::Limits limits;
  limits.message_bytes = mebibyte;
  limits.open_asks = 4096;
  limits.open_streams = 64;
  limits.parked_bytes = 4 * mebibyte;
  limits.output_bytes = mebibyte / 4;
  return once().session(limits).log_rate(1000);
}

/// An actor beside the hostile one, with an ask in hand before, during and after the attack.
class Bystander {
 public:
  explicit Bystander(ProcessFixture& fixture) : actor_(fixture.spawn().value()) {
    CHECK(actor_("echo", "before").value() == "before");
  }
  void check() { CHECK(actor_("echo", "after").value() == "after"); }

 private:
  probe::ProbeRef actor_;
};

kameo::Result<probe::ProbeRef> spawn_hostile(ProcessFixture& fixture, std::string attack) {
  return fixture.runtime.spawn<probe::Probe>(
      kameo::executable({"/proc/self/exe", "--hostile", std::move(attack)}), probe::Config(),
      narrow(), kameo::blocking);
}

/// All limits of `narrow` together, and what the kernel's socket and malloc take on the way.
constexpr std::uint64_t most_growth = 24 * mebibyte;

}  // namespace

TEST_CASE("a child that breaks the protocol or its limits is ended, at no cost to others",
          "[process][hostile]") {
  struct Attack {
    std::string name;
    std::string reason;
  };
  const auto attack =
      GENERATE(Attack{"asks", "more open asks than Limits::open_asks, 4096"},
               Attack{"asks that nobody answers", "answers that the peer does not read"},
               Attack{"large requests", "answers that the peer does not read"},
               Attack{"streams", "answers that the peer does not read"},
               Attack{"pings", "answers that the peer does not read"},
               Attack{"a message without end", "see Limits::message_bytes"},
               Attack{"a huge length", "bytes"}, Attack{"no kameo at all", "flags"},
               Attack{"an id twice", "ask 5 is open already"},
               Attack{"an answer to nobody", "which was never sent"},
               Attack{"an item for one reply", "which wants one reply"},
               Attack{"a second hello", "a hello frame while running does not go"},
               Attack{"credit that overflows", "credit that overflows, for ask 5"});
  CAPTURE(attack.name);
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  Bystander beside(fixture);
  const auto hostile = spawn_hostile(fixture, attack.name).value();
  const PeakMemory memory;

  const auto reply = hostile("begin");

  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::died_may_have_run);
  CHECK_THAT(reply.error().what(), Catch::Contains("it broke the protocol"));
  CHECK_THAT(reply.error().what(), Catch::Contains(attack.reason));
  CHECK(memory.growth() < most_growth);
  beside.check();
}

TEST_CASE("a child that only wastes its parent's time is borne, at no cost to others",
          "[process][hostile]") {
  const std::string attack = GENERATE("tells", "metrics", "log records", "bytes that are no record",
                                      "lines", "no credit", "boundless credit, and reads nothing",
                                      "cancels and credit for nobody", "byte by byte");
  CAPTURE(attack);
  ProcessFixture fixture;
  REQUIRE(fixture.runtime.provide(std::make_shared<Market>()));
  Bystander beside(fixture);
  const auto hostile = spawn_hostile(fixture, attack).value();
  const PeakMemory memory;
  const auto begin = std::chrono::steady_clock::now();

  CHECK(hostile("begin").value() == "here");

  // A message that wants no answer is bounded by its receiver: by CallbackReceiver::most_tells,
  // each of which is a coroutine here.
  CHECK(memory.growth() < (attack == "tells" ? 6 : 1) * most_growth);
  const auto took = std::chrono::steady_clock::now() - begin;
  const auto logged = fixture.logs.all().size();
  CHECK(logged < 1100 * (2 + static_cast<std::size_t>(took / std::chrono::seconds(1))));
  beside.check();
  if (attack != "log records" && attack != "lines") return;
  REQUIRE(fixture.runtime.stop(kameo::blocking));
  CHECK_THAT(fixture.logs.wait_for("dropped").record.message,
             Catch::Contains("of its log records were dropped: more than 1000 came"));
}

TEST_CASE("a child that dies with half a frame out has answered what came before",
          "[process][hostile]") {
  ProcessFixture fixture;
  const auto hostile = spawn_hostile(fixture, "half a frame").value();
  CHECK(hostile("begin").value() == "here");
  const auto late = hostile("again");
  REQUIRE(!late);
  CHECK((late.error().code() == errc::died_may_have_run || late.error().code() == errc::stopped ||
         late.error().code() == errc::not_started));
}

TEST_CASE("a child that keeps streaming to nobody is ended", "[process][hostile]") {
  ProcessFixture fixture;
  Bystander beside(fixture);
  const auto hostile = spawn_hostile(fixture, "items without end").value();
  const PeakMemory memory;
  {
    auto items = hostile.stream({"count", ""});
    CHECK(items.next(kameo::blocking).value() == "again");
  }  // dropped: cancelled
  fixture.logs.wait_for("an item without credit for ask");
  CHECK(memory.growth() < most_growth);
  beside.check();
}

TEST_CASE("a child that begins with something else than its hello does not start",
          "[process][hostile]") {
  const std::string attack = GENERATE("a frame before hello", "a hello of another make");
  ProcessFixture fixture;
  Bystander beside(fixture);

  const auto hostile = spawn_hostile(fixture, attack);

  REQUIRE(!hostile);
  CHECK(hostile.error().code() == errc::start_failed);
  CHECK_THAT(hostile.error().what(), Catch::Contains("it broke the protocol"));
  beside.check();
}

TEST_CASE("a child with other fingerprints refuses its own calls only", "[process][hostile]") {
  ProcessFixture fixture;
  Bystander beside(fixture);
  const auto hostile = spawn_hostile(fixture, "other fingerprints").value();
  const auto reply = hostile("begin");
  REQUIRE(!reply);
  CHECK(reply.error().code() == errc::schema_mismatch);
  CHECK_THAT(reply.error().what(), Catch::Contains("everything about it"));
  beside.check();
}

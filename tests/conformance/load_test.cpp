#include "callback_fixture.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <future>

using kameo::errc;

namespace {

class CallerFixture : public CallbackFixture {
 public:
  explicit CallerFixture(bool generated = true) {
    caller = runtime
                 .spawn<conformance::Caller>(place({"caller:Caller", generated}), {}, {},
                                             kameo::blocking)
                 .value();
  }
  conformance::CallerRef caller;
};

}  // namespace

TEST_CASE("A10 one handler calls into three modules", "[conformance]") {
  CallerFixture fixture(GENERATE(false, true));
  CHECK(fixture.caller.modules({25}, {}, kameo::blocking).value() ==
        std::vector<std::string>{"27", "26", "Order processed with value 25"});
}

TEST_CASE("C4 nested structs are passed as objects and as dicts", "[conformance]") {
  CallerFixture fixture;
  CHECK(fixture.caller.same({1}, {}, kameo::blocking).value());
}

TEST_CASE("C13 the string form equals the call", "[conformance]") {
  CallerFixture fixture;
  CHECK(fixture.caller.same({1}, {}, kameo::blocking).value());
}

TEST_CASE("C5 three hundred callbacks of three kinds, a hundred at once", "[conformance]") {
  CallerFixture fixture;
  std::uint32_t expected = 0;
  for (std::uint32_t i = 0; i < 300; ++i) {
    // Those of each batch count from its begin.
    expected += i % 3 == 0 ? 3 : i % 3 == 1 ? 1 : i % 10 + 1;
  }
  CHECK(fixture.caller.burst({300}, {}, kameo::blocking).value() == expected);
}

TEST_CASE("C10 callbacks from a sync and an async handler at once, in one child", "[conformance]") {
  CallerFixture fixture;
  std::vector<std::future<std::uint32_t>> replies;
  for (std::uint32_t i = 0; i < 200; ++i) {
    auto outcome = std::make_shared<std::promise<std::uint32_t>>();
    replies.push_back(outcome->get_future());
    const auto done = [outcome](const kameo::Result<std::uint32_t>& reply) {
      outcome->set_value(reply ? *reply : 0);
    };
    if (i % 2 == 0) {
      fixture.caller.sync_call({i}, {}, done);
    } else {
      fixture.caller.async_call({i}, {}, done);
    }
  }
  for (std::uint32_t i = 0; i < 200; ++i) CHECK(replies[i].get() == i + 1);
}

TEST_CASE("C11 two thousand callbacks open at once, each with its own answer", "[conformance]") {
  CallerFixture fixture;
  CHECK(fixture.caller.interleaved({2000}, {}, kameo::blocking).value() == 2000);
}

TEST_CASE("D8 a stop finishes what is in flight, a kill ends it; each exactly once",
          "[conformance]") {
  const bool in_order = GENERATE(true, false);
  CallerFixture fixture;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<int> ended(300, 0);
  std::size_t replied = 0;
  std::size_t all = 0;
  for (std::uint32_t i = 0; i < 300; ++i) {
    fixture.caller.nap({i}, {}, [&, i](const kameo::Result<std::uint32_t>& reply) {
      const std::lock_guard lock(mutex);
      ++ended[i];
      ++all;
      if (reply && *reply == i) ++replied;
      changed.notify_all();
    });
  }
  if (in_order) {
    REQUIRE(fixture.runtime.stop(fixture.caller, kameo::blocking));
  } else {
    fixture.runtime.kill();
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return all == 300; });
  CHECK(ended == std::vector<int>(300, 1));
  if (in_order) CHECK(replied == 300);
}

TEST_CASE("H1 two thousand asks, a hundred in flight, each with a callback", "[conformance]") {
  using Clock = std::chrono::steady_clock;
  CallerFixture fixture;
  std::mutex mutex;
  std::condition_variable changed;
  int open = 0;
  int replies = 0;
  std::array<int, 6> histogram = {};  // below 20, 40, 60, 80, 100 ms, and the rest
  for (std::uint32_t i = 0; i < 2000; ++i) {
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return open < 100; });
      ++open;
    }
    const auto begun = Clock::now();
    fixture.caller.nap({i}, {}, [&, i, begun](const kameo::Result<std::uint32_t>& reply) {
      const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
      const std::lock_guard lock(mutex);
      ++histogram[static_cast<std::size_t>(std::min<std::int64_t>(took.count() / 20, 5))];
      if (reply && *reply == i) ++replies;
      --open;
      changed.notify_all();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return open == 0; });
  CHECK(replies == 2000);
  CHECK(fixture.test->naps == 2000);
  std::printf("H1 latency: <20 ms %d, <40 %d, <60 %d, <80 %d, <100 %d, >=100 %d\n", histogram[0],
              histogram[1], histogram[2], histogram[3], histogram[4], histogram[5]);
}

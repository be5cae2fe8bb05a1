#include "callback_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using kameo::errc;

namespace {

constexpr std::array<Form, 4> streamers = {{{"streamer_sync:Streamer", false},
                                            {"streamer_sync:Streamer", true},
                                            {"streamer_async:Streamer", false},
                                            {"streamer_async:Streamer", true}}};

/// A runtime with one Streamer in a Python child.
class StreamerFixture : public CallbackFixture {
 public:
  explicit StreamerFixture(const Form& form) {
    streamer = runtime.spawn<conformance::Streamer>(place(form), {}, {}, kameo::blocking).value();
  }
  conformance::StreamerRef streamer;
};

template <class T>
std::vector<T> read_all(kameo::Stream<T>& stream) {
  std::vector<T> items;
  while (auto item = stream.next(kameo::blocking)) items.push_back(std::move(*item));
  return items;
}

/// The error of a stream that gives nothing before it.
template <class T>
std::string refused(kameo::Stream<T> stream) {
  CHECK(read_all(stream).empty());
  const auto result = stream.result();
  REQUIRE(!result);
  CHECK(result.error().code() == errc::handler_failed);
  return result.error().message();
}

}  // namespace

TEST_CASE("B1 fibonacci", "[conformance][stream]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  auto stream = fixture.streamer.fibonacci({10});
  const std::vector<std::uint64_t> expected = {0, 1, 1, 2, 3, 5, 8, 13, 21, 34};
  const auto items = read_all(stream);
  REQUIRE(items.size() == expected.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    CHECK(items[i].index == i);
    CHECK(items[i].value == expected[i]);
  }
  CHECK(stream.result());
}

TEST_CASE("B2 random numbers", "[conformance][stream]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  auto stream = fixture.streamer.random_numbers({5, 100});
  const auto items = read_all(stream);
  CHECK(items.size() == 5);
  for (const auto item : items) CHECK((item >= 1 && item <= 100));
  CHECK(stream.result());
}

TEST_CASE("B3 items arrive as they are made", "[conformance][stream]") {
  StreamerFixture fixture(streamers[3]);
  auto stream = fixture.streamer.with_delays({3, 50});
  const auto started = std::chrono::steady_clock::now();
  REQUIRE(stream.next(kameo::blocking) == 0U);
  const auto first = std::chrono::steady_clock::now() - started;
  CHECK(read_all(stream) == std::vector<std::uint32_t>{1, 2});
  // Two more sleeps came after the first item: all at the end would make these equal.
  const auto rest = std::chrono::steady_clock::now() - started - first;
  CHECK(rest >= std::chrono::milliseconds(50));
}

TEST_CASE("B4 items before an error arrive, nothing after it", "[conformance][stream]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  auto stream = fixture.streamer.with_errors({5, 2});
  CHECK(read_all(stream) == std::vector<std::uint32_t>{0, 1});
  CHECK(!stream.next(kameo::blocking));
  const auto result = stream.result();
  REQUIRE(!result);
  CHECK(result.error().code() == errc::handler_failed);
  CHECK(result.error().message() == "broken at 2");
  CHECK(result.error().data().type == (foreign_child() ? "main.broken" : "RuntimeError"));
}

TEST_CASE("B5 an error may be the first thing", "[conformance][stream]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  CHECK(refused(fixture.streamer.with_errors({5, 0})) == "broken at 0");
}

TEST_CASE("B6 without an error all items arrive", "[conformance][stream]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  auto stream = fixture.streamer.with_errors({3, std::nullopt});
  CHECK(read_all(stream).size() == 3);
  CHECK(stream.result());
}

TEST_CASE("B7 what a handler refuses it refuses before any item", "[conformance][stream]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  const auto& streamer = fixture.streamer;
  CHECK(refused(streamer.fibonacci({0})) == "Count must be positive");
  CHECK(refused(streamer.fibonacci({1001})) == "Count too large, at most 1000");
  CHECK(refused(streamer.random_numbers({10'001, 5})) == "Count too large, at most 10000");
  CHECK(refused(streamer.with_delays({1, 5001})) == "Delay too long, at most 5000 ms");
  CHECK(refused(streamer.dataset({100'001})) == "Dataset too large, at most 100000");
  CHECK(refused(streamer.with_errors({3, 3})) == "the index of the error is beyond the items");
}

TEST_CASE("B8 a thousand streams from a hundred actors, each in order", "[conformance][stream]") {
  kameo::Runtime runtime(kameo::RuntimeOptions().threads(2));
  CallbackFixture::provide(runtime);
  std::vector<conformance::StreamerRef> actors;
  for (int i = 0; i < 100; ++i) {
    actors.push_back(
        runtime.spawn<conformance::Streamer>(place(streamers[2]), {}, {}, kameo::blocking).value());
  }
  std::vector<kameo::Stream<std::uint32_t>> open;
  for (int i = 0; i < 1000; ++i) {
    open.push_back(
        actors[static_cast<std::size_t>(i) % actors.size()].with_errors({10, std::nullopt}));
  }
  std::size_t total = 0;
  for (auto& stream : open) {
    std::uint32_t next = 0;
    while (auto item = stream.next(kameo::blocking)) {
      CHECK(*item == next++);
      ++total;
    }
    CHECK(stream.result());
  }
  CHECK(total == 10'000);
  CHECK(runtime.stop(kameo::blocking));
}

TEST_CASE("B9 a stream that is not written as a generator fails the start, by name",
          "[conformance][stream]") {
  CallbackFixture fixture;
  const auto started = fixture.runtime.spawn<conformance::Streamer>(
      place({"not_a_generator:Streamer", false}), {}, {}, kameo::blocking);
  REQUIRE(!started);
  CHECK(started.error().code() == errc::start_failed);
  CHECK(started.error().message().find("fibonacci") != std::string::npos);
  CHECK(started.error().message().find("generator") != std::string::npos);
}

TEST_CASE("C1 a streaming callback and two that reply, from one handler", "[conformance]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  const conformance::StreamerCallbacks request(5, {"alpha", "beta", "gamma"}, true);
  CHECK(fixture.streamer.callbacks(request, {}, kameo::blocking).value() == 6);
}

TEST_CASE("C2 a callback's error is raised in Python, and both sides live on", "[conformance]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  const conformance::StreamerCallbacks none(5, {}, true);
  const auto failed = fixture.streamer.callbacks(none, {}, kameo::blocking);
  REQUIRE(!failed);
  CHECK(failed.error().message().find("no labels") != std::string::npos);
  const conformance::StreamerCallbacks some(5, {"a"}, true);
  CHECK(fixture.streamer.callbacks(some, {}, kameo::blocking).value() == 6);
}

TEST_CASE("C3 what was absent stays absent", "[conformance]") {
  StreamerFixture fixture(GENERATE(from_range(streamers)));
  const conformance::StreamerCallbacks request(5, {"alpha", "beta", "gamma"}, false);
  CHECK(fixture.streamer.callbacks(request, {}, kameo::blocking).value() == 6);
}

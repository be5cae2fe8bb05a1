#include "fixture.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using kameo::errc;

namespace {

/// Module `test`: five items of what was asked; without labels an error.
class Test final : public conformance::TestCallbacks {
 public:
  kameo::Reply<void> streaming_callback(conformance::TestStreamingCallback request,
                                        kameo::Sink<conformance::Computed> output) override {
    if (request.labels.empty()) co_return kameo::fail(errc::handler_failed, "no labels");
    for (std::uint32_t i = 0; i < 5; ++i) {
      const auto& tag = request.labels[i % request.labels.size()];
      conformance::Computed item;
      item.computed_sum = request.value + i + static_cast<std::uint32_t>(tag.size());
      item.tag = tag;
      item.meta_count = static_cast<std::uint32_t>(request.metadata.size());
      if (request.dimensions) item.area = request.dimensions->width * request.dimensions->height;
      item.last_event = request.events.back().name;
      if (auto sent = co_await output.send(std::move(item)); !sent) co_return sent.error();
    }
    co_return kameo::Result<void>();
  }
};

class Trader final : public conformance::TraderCallbacks {
 public:
  kameo::Reply<std::string> trader_callback(conformance::TraderTraderCallback request) override {
    co_return "Order processed with value " + std::to_string(request.value);
  }
};

constexpr std::array<Form, 4> streamers = {{{"streamer_sync:Streamer", false},
                                            {"streamer_sync:Streamer", true},
                                            {"streamer_async:Streamer", false},
                                            {"streamer_async:Streamer", true}}};

/// A runtime with one Streamer in a Python child.
class StreamerFixture {
 public:
  StreamerFixture(const StreamerFixture&) = delete;
  StreamerFixture& operator=(const StreamerFixture&) = delete;
  explicit StreamerFixture(const Form& form) {
    runtime.provide(std::make_shared<Basic>()).value();
    runtime.provide(std::make_shared<Test>()).value();
    runtime.provide(std::make_shared<Trader>()).value();
    streamer = runtime.spawn<conformance::Streamer>(place(form), {}, {}, kameo::blocking).value();
  }
  ~StreamerFixture() { static_cast<void>(runtime.stop(kameo::blocking)); }

  static kameo::PythonPlacement place(const Form& form) {
    auto placement =
        kameo::python(form.module).interpreter(KAMEO_TEST_PYTHON).path(KAMEO_TEST_HANDLERS);
    if (form.generated) placement.path(KAMEO_TEST_GENERATED);
    return placement;
  }

  kameo::Runtime runtime;
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
  CHECK(result.error().data().type == "RuntimeError");
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

#include <catch2/catch.hpp>

#include "ordered_window.hpp"

#include <chrono>
#include <thread>

using namespace kameo::cli;

namespace {

constexpr auto as_long_as_it_takes = std::chrono::hours(1);
constexpr auto no_wait = std::chrono::milliseconds(0);

Outcome outcome(std::string line) {
  return {std::move(line), false, {}};
}

/// The lines given out, one after the other.
std::string lines(const std::optional<std::vector<Outcome>>& outcomes) {
  if (!outcomes) return "(closed)";
  std::string text;
  for (const auto& each : *outcomes) text += each.line;
  return text;
}

}  // namespace

TEST_CASE("lines come out in the order in which they came in", "[cli][window]") {
  OrderedWindow window(10, 1000);
  for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(window.enter() == i);

  window.complete(2, outcome("c"));
  CHECK(lines(window.take(no_wait)).empty());
  window.complete(0, outcome("a"));
  CHECK(lines(window.take(as_long_as_it_takes)) == "a");
  window.complete(1, outcome("b"));
  CHECK(lines(window.take(as_long_as_it_takes)) == "bc");
}

TEST_CASE("a full window lets nobody in until its front is done", "[cli][window]") {
  OrderedWindow window(2, 1000);
  REQUIRE(window.enter() == 0U);
  REQUIRE(window.enter() == 1U);
  std::thread entering([&] { CHECK(window.enter() == 2U); });
  window.complete(1, outcome("b"));  // not the front: no room yet
  window.complete(0, outcome("a"));
  CHECK(lines(window.take(as_long_as_it_takes)) == "ab");
  entering.join();
}

TEST_CASE("finished lines that wait for their turn are bounded by their bytes", "[cli][window]") {
  OrderedWindow window(100, 10);
  REQUIRE(window.enter() == 0U);
  REQUIRE(window.enter() == 1U);
  window.complete(1, outcome("0123456789"));
  std::thread entering([&] { CHECK(window.enter() == 2U); });
  window.complete(0, outcome("a"));
  CHECK(lines(window.take(as_long_as_it_takes)) == "a0123456789");
  entering.join();
}

TEST_CASE("a closed window gives out what is in it and then says so", "[cli][window]") {
  OrderedWindow window(2, 1000);
  REQUIRE(window.enter() == 0U);
  window.close();
  CHECK_FALSE(window.enter());
  CHECK(lines(window.take(no_wait)).empty());
  window.complete(0, outcome("a"));
  CHECK(lines(window.take(as_long_as_it_takes)) == "a");
  CHECK(lines(window.take(as_long_as_it_takes)) == "(closed)");
}

TEST_CASE("closing wakes whoever waits for room", "[cli][window]") {
  OrderedWindow window(1, 1000);
  REQUIRE(window.enter() == 0U);
  std::thread entering([&] { CHECK_FALSE(window.enter()); });
  window.close();
  entering.join();
}

TEST_CASE("a stream is given out as what it is, at its place", "[cli][window]") {
  class Nothing final : public OutcomeSource {
    std::optional<Outcome> next(std::chrono::milliseconds) override { return std::nullopt; }
  };
  OrderedWindow window(10, 1000);
  for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(window.enter() == i);
  Outcome stream;
  stream.stream = std::make_unique<Nothing>();
  window.complete(1, std::move(stream));
  window.complete(2, outcome("c"));
  CHECK(lines(window.take(no_wait)).empty());
  window.complete(0, outcome("a"));
  const auto taken = window.take(as_long_as_it_takes);
  REQUIRE(taken->size() == 3);
  CHECK(taken->at(0).line == "a");
  CHECK(taken->at(1).stream != nullptr);
  CHECK(taken->at(2).line == "c");
}

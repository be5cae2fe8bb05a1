#include "fixture.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <mutex>
#include <vector>

namespace {

/// The C++ children of this binary, or a foreign one's: neither knows Echo.
kameo::Placement place() {
  if (const char* program = foreign_child()) {
    return kameo::executable({program, "greeter:Greeter"});
  }
  return kameo::child();
}

}  // namespace

TEST_CASE("D2 a child started with an unknown actor name ends with that name", "[conformance]") {
  kameo::Runtime runtime;
  // The binary knows Greeter and Counter; Echo is an actor of the schema only.
  const auto echo = runtime.spawn<conformance::Echo>(place(), {}, {}, kameo::blocking);
  REQUIRE_FALSE(echo);
  CHECK(echo.error().code() == kameo::errc::start_failed);
  CHECK_THAT(echo.error().message(), Catch::Contains("unknown actor type: conformance.Echo"));
}

TEST_CASE("D7 two actor types in one binary, each in its own child of that binary",
          "[conformance]") {
  kameo::Runtime runtime;
  const auto greeter =
      runtime.spawn<conformance::Greeter>(place(), {}, {}, kameo::blocking).value();
  const auto counter =
      runtime.spawn<conformance::Counter>(place(), {}, {}, kameo::blocking).value();

  CHECK(greeter.greet({"world"}, {}, kameo::blocking).value() == "Hello, world!");
  CHECK(counter.add({40}, {}, kameo::blocking).value() == 40);
  CHECK(counter.add({2}, {}, kameo::blocking).value() == 42);
}

TEST_CASE("D4 ten thousand asks at once on one child get each its own reply", "[conformance]") {
  EchoFixture fixture(GENERATE(from_range(forms)));
  constexpr std::uint32_t count = 10'000;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::uint32_t> replies(count);
  std::uint32_t answered = 0;

  for (std::uint32_t i = 0; i < count; ++i) {
    fixture.echo.tree({conformance::TreeLeaf(static_cast<std::int32_t>(i))}, {},
                      [&, i](kameo::Result<conformance::Tree> reply) {
                        const std::lock_guard lock(mutex);
                        const auto* leaf = reply ? reply->get_if<conformance::TreeLeaf>() : nullptr;
                        replies[i] =
                            leaf == nullptr ? count : static_cast<std::uint32_t>(leaf->value);
                        if (++answered == count) changed.notify_all();
                      });
  }
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return answered == count; });
  }
  for (std::uint32_t i = 0; i < count; ++i) REQUIRE(replies[i] == i);
  CHECK(fixture.runtime.stop(kameo::blocking));
}

#include "process_fixture.hpp"

#include <unistd.h>
#include <catch2/catch.hpp>

TEST_CASE("a C++ child answers as the actor that it was started as", "[process][child]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn({}, probe::Config("hello")).value();

  CHECK(actor("echo", "Hello, 世界!").value() == "Hello, 世界!");
  CHECK(actor("greeting").value() == "hello");
  CHECK(actor("name").value() == "probe[1]");
  CHECK(actor("incarnation").value() == "1");
  CHECK(actor("pid").value() != std::to_string(getpid()));
}

TEST_CASE("D7 two actor types of one binary run each in its own child", "[process][child]") {
  ProcessFixture fixture;
  const auto one = fixture.spawn().value();
  const auto other =
      fixture.runtime.spawn<probe::Other>(kameo::child(), {}, {}, kameo::blocking).value();

  CHECK(one("echo", "the one").value() == "the one");
  CHECK(other("echo", "anything").value() == "the other one");
}

TEST_CASE("the set-up hook runs in the child before its actor", "[process][child]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  CHECK(actor("env", "KAMEO_TEST_HOOK").value() == "ran");
  CHECK(std::getenv("KAMEO_TEST_HOOK") == nullptr);
}

TEST_CASE("an error and an exception of a handler in a child reach the caller",
          "[process][child]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();

  const auto returned = actor("error", "count must be positive, got 0");
  REQUIRE(!returned);
  CHECK(returned.error().code() == kameo::errc::handler_failed);
  CHECK(returned.error().message() == "count must be positive, got 0");

  const auto thrown = actor("throw", "no such thing");
  REQUIRE(!thrown);
  CHECK(thrown.error().code() == kameo::errc::handler_failed);
  CHECK(thrown.error().message() == "no such thing");
  CHECK(thrown.error().data().type == "std::invalid_argument");
  CHECK(actor("echo", "alive").value() == "alive");
}

TEST_CASE("tells reach a child in order, and asks behind them", "[process][child]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  std::string expected;
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    REQUIRE(actor.note({"", std::string(1, letter)}));
    expected += letter;
  }
  CHECK(actor("noted").value() == expected);
}

TEST_CASE("a child's answer as large as it may be comes whole", "[process][child]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const std::string large(16U << 20U, 'k');
  const auto answer = actor("echo", large);
  REQUIRE(answer);
  CHECK(*answer == large);
}

TEST_CASE("D4 ten thousand asks at once get each its own reply; after the stop the child is gone",
          "[process][child]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const auto pid = std::stoi(actor("pid").value());

  constexpr int count = 10'000;
  std::mutex mutex;
  std::condition_variable all_answered;
  int answered = 0;
  int right = 0;
  for (int i = 0; i < count; ++i) {
    actor.run({"echo", std::to_string(i)}, {}, [&, i](kameo::Result<std::string> reply) {
      const std::lock_guard lock(mutex);
      ++answered;
      if (reply && *reply == std::to_string(i)) ++right;
      if (answered == count) all_answered.notify_all();
    });
  }
  {
    std::unique_lock lock(mutex);
    all_answered.wait(lock, [&] { return answered == count; });
  }
  CHECK(right == count);
  REQUIRE(fixture.runtime.stop(kameo::blocking));
  CHECK(!is_running(pid));
}

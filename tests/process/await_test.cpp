#include "process_fixture.hpp"

#include <asio/detached.hpp>
#include <catch2/catch.hpp>

namespace {

// Longer than what a std::string keeps inside itself: a message destroyed twice or read too late
// is then memory that the sanitizers watch.
const std::string tail(100, 'z');

asio::awaitable<std::string> converse(kameo::Runtime& runtime) {
  const auto actor =
      (co_await runtime.spawn<probe::Probe>(
           kameo::child().argument("an argument that nobody reads, but that owns memory"),
           probe::Config("a greeting " + tail),
           kameo::SpawnOptions().name("conversation partner " + tail).env("A", tail)))
          .value();
  auto said = (co_await actor.run({"greeting", tail})).value();
  for (int i = 0; i < 10; ++i) said += (co_await actor.run({"echo", "!" + tail})).value();
  static_cast<void>(co_await runtime.stop(actor));  // always success
  co_return said;
}

}  // namespace

TEST_CASE("messages and options may be written into the co_await itself", "[process][await]") {
  ProcessFixture fixture;
  const auto said = fixture.runtime.run(converse(fixture.runtime));
  CHECK(said.starts_with("a greeting z"));
  CHECK(said.size() == std::string("a greeting ").size() + 100 + 10 * 101);
}

TEST_CASE("a call's arguments need not live until it is awaited", "[process][await]") {
  ProcessFixture fixture;
  const auto actor = fixture.spawn().value();
  const auto later = [&] {
    const std::string argument = "gone by then" + tail;
    return actor.run({"print", argument + "\n"});
  };
  asio::co_spawn(fixture.runtime.executor(), later(), asio::detached);
  CHECK(fixture.logs.wait_for("gone by then").record.message == "gone by then" + tail);
}

#include <kameo/error.hpp>

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace kameo;

TEST_CASE("an error says its code and its message", "[error]") {
  const Error error(errc::handler_failed, "count must be positive, got 0");
  CHECK(error.code() == errc::handler_failed);
  CHECK(std::string(error.what()) == "handler_failed: count must be positive, got 0");
}

TEST_CASE("an error says how the actor died", "[error]") {
  auto death = std::make_shared<DeathCertificate>();
  death->reason = "killed by SIGSEGV (segmentation fault)";
  ErrorData data;
  data.code = errc::died_may_have_run;
  data.message = "strategy[1] died";
  data.death = death;
  const Error error(data);
  CHECK_THAT(error.what(), Catch::Contains("(killed by SIGSEGV (segmentation fault))"));
  CHECK(error.data().death == death);
}

TEST_CASE("context goes before the message and leaves the rest", "[error]") {
  ErrorData data;
  data.code = errc::declared;
  data.message = "closed";
  data.declared = "trading.MarketClosed";
  const Error error(data);
  const auto told = error.with_context("asking strategy[2]");
  CHECK(told.message() == "asking strategy[2]: closed");
  CHECK(told.data().declared == "trading.MarketClosed");
  CHECK(error.message() == "closed");
}

TEST_CASE("a copy of an error outlives the first", "[error]") {
  auto first = std::make_unique<Error>(errc::system, "no memory for a socket");
  const Error copy = *first;
  first.reset();
  CHECK(std::string(copy.what()) == "system: no memory for a socket");
}

TEST_CASE("every code has a name of its own and other numbers none", "[error]") {
  std::set<std::string_view> names;
  for (std::uint16_t code = 1; code <= 25; ++code) {
    const auto name = to_string(static_cast<errc>(code));
    CHECK(name != "unknown");
    names.insert(name);
  }
  CHECK(names.size() == 25);
  CHECK(to_string(errc{0}) == "unknown");
  CHECK(to_string(errc{26}) == "unknown");
}

#include "log_rate.hpp"

#include <catch2/catch.hpp>

using kameo::process::LogRate;
using namespace std::chrono_literals;

TEST_CASE("records beyond the rate of a second are lost, and told with the next",
          "[process][log]") {
  const LogRate::TimePoint start{};
  LogRate rate(2, start);
  CHECK(rate.take());
  CHECK(rate.take());
  CHECK_FALSE(rate.take());
  CHECK(rate.turn(start + 999ms) == 0);
  CHECK_FALSE(rate.take());

  CHECK(rate.turn(start + 1000ms) == 2);
  CHECK(rate.take());
  CHECK(rate.turn(start + 5s) == 0);
}

TEST_CASE("what is lost in the last second is told once", "[process][log]") {
  LogRate rate(0, {});
  CHECK_FALSE(rate.take());
  CHECK(rate.take_lost() == 1);
  CHECK(rate.take_lost() == 0);
}

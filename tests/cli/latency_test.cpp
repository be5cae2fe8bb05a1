#include <catch2/catch.hpp>

#include "latency.hpp"

using namespace kameo::cli;
using std::chrono::nanoseconds;

TEST_CASE("percentiles are within three percent, however long asks take", "[cli][latency]") {
  const auto scale = GENERATE(1, 63, 64, 1'000, 1'000'000, 10'000'000'000);
  Latency latency;
  for (std::int64_t i = 1; i <= 1000; ++i) latency.add(nanoseconds(i * scale));

  for (const double part : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const auto exact = 1000.0 * part * static_cast<double>(scale);
    const auto found = static_cast<double>(latency.percentile(part).count());
    INFO(scale << " " << part);
    CHECK(found <= exact);
    CHECK(found >= exact * 0.97 - 1);
  }
}

TEST_CASE("nothing took any time where nothing was asked", "[cli][latency]") {
  CHECK(Latency().percentile(0.5) == nanoseconds(0));
}

TEST_CASE("times that cannot be are kept in the first and the last bucket", "[cli][latency]") {
  Latency latency;
  latency.add(nanoseconds(-5));
  latency.add(nanoseconds::max());
  CHECK(latency.percentile(0.5) == nanoseconds(0));
  CHECK(latency.percentile(1.0) > nanoseconds::max() / 100 * 96);
}

TEST_CASE("a length of time is shown in the unit that fits", "[cli][latency]") {
  CHECK(short_text(nanoseconds(0)) == "0.00 ns");
  CHECK(short_text(nanoseconds(999)) == "999 ns");
  CHECK(short_text(nanoseconds(1'000)) == "1.00 us");
  CHECK(short_text(nanoseconds(12'345'678)) == "12.3 ms");
  CHECK(short_text(nanoseconds(61'000'000'000)) == "61.0 s");
}

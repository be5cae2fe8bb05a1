#include <kameo/time.hpp>

#include <catch2/catch.hpp>

#include <limits>

namespace {

using namespace kameo;
using namespace std::chrono_literals;

constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto greatest = std::numeric_limits<std::int64_t>::max();

std::string at(std::int64_t microseconds) {
  return to_string(Timestamp(Duration(microseconds)));
}

template <class T>
void check_refused(const Result<T>& result, const char* why) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == errc::invalid_argument);
  CHECK_THAT(result.error().message(), Catch::Contains(why));
}

}  // namespace

TEST_CASE("a timestamp prints in UTC with the decimals that it needs", "[time]") {
  CHECK(at(0) == "1970-01-01T00:00:00Z");
  CHECK(at(-1) == "1969-12-31T23:59:59.999999Z");
  CHECK(at(1'500'000) == "1970-01-01T00:00:01.5Z");
  CHECK(at(951'827'696'000'000) == "2000-02-29T12:34:56Z");
  CHECK(at(253'402'300'799'999'999) == "9999-12-31T23:59:59.999999Z");
  CHECK(at(-62'167'219'200'000'000) == "0000-01-01T00:00:00Z");
}

TEST_CASE("years of more than four digits have a sign and six digits or more", "[time]") {
  CHECK(at(253'402'300'800'000'000) == "+010000-01-01T00:00:00Z");
  CHECK(at(-62'167'219'200'000'001) == "-000001-12-31T23:59:59.999999Z");
  CHECK(at(greatest) == "+294247-01-10T04:00:54.775807Z");
  CHECK(at(least) == "-290308-12-21T19:59:05.224192Z");
}

TEST_CASE("every printed timestamp is read back", "[time]") {
  const auto microseconds = GENERATE(std::int64_t{0}, std::int64_t{-1}, std::int64_t{1},
                                     std::int64_t{999'999}, std::int64_t{-62'167'219'200'000'001},
                                     std::int64_t{253'402'300'800'000'000}, greatest, least);
  CHECK(parse_timestamp(at(microseconds)).value() == Timestamp(Duration(microseconds)));
}

TEST_CASE("each day of four hundred years has its own date, and the calendar's length is right",
          "[time]") {
  constexpr std::int64_t day = 86'400'000'000;
  std::string before;
  for (std::int64_t i = 0; i < 146'097; ++i) {
    const auto date = at(i * day);
    REQUIRE(date != before);
    REQUIRE(parse_timestamp(date).value() == Timestamp(Duration(i * day)));
    before = date;
  }
  CHECK(before == "2369-12-31T00:00:00Z");
}

TEST_CASE("an offset is taken off the time that it stands beside", "[time]") {
  CHECK(to_string(parse_timestamp("2026-11-21T09:30:00+02:00").value()) == "2026-11-21T07:30:00Z");
  CHECK(to_string(parse_timestamp("2026-12-31T20:30:00.5-05:30").value()) ==
        "2027-01-01T02:00:00.5Z");
  CHECK(to_string(parse_timestamp("2026-11-21t09:30:00z").value()) == "2026-11-21T09:30:00Z");
}

TEST_CASE("what no timestamp can be is refused with the reason", "[time]") {
  const auto [text, why] = GENERATE(table<const char*, const char*>({
      {"", "is expected"},
      {"2026-11-21", "is expected"},
      {"2026-11-21T09:30Z", "is expected"},
      {"2026-11-21T09:30:00", "is expected"},
      {"2026-11-21 09:30:00Z", "is expected"},
      {"2026-11-21T09:30:00Zx", "is expected"},
      {"2026-11-21T09:30:00.Z", "is expected"},
      {"2026-11-21T09:30:00.1234567Z", "six decimals"},
      {"26-11-21T09:30:00Z", "is expected"},
      {"02026-11-21T09:30:00Z", "is expected"},
      {"2026-13-01T00:00:00Z", "month"},
      {"2026-00-01T00:00:00Z", "month"},
      {"2026-02-29T00:00:00Z", "no such day"},
      {"1900-02-29T00:00:00Z", "no such day"},
      {"2026-04-31T00:00:00Z", "no such day"},
      {"2026-04-00T00:00:00Z", "no such day"},
      {"2026-11-21T24:00:00Z", "time of day"},
      {"2026-11-21T09:60:00Z", "time of day"},
      {"2016-12-31T23:59:60Z", "leap seconds"},
      {"2026-11-21T09:30:00+24:00", "offset"},
      {"2026-11-21T09:30:00+0200", "is expected"},
      {"-000000-01-01T00:00:00Z", "year -0"},
      {"+294247-01-10T04:00:54.775808Z", "64 bits"},
      {"-290308-12-21T19:59:05.224191Z", "64 bits"},
      {"+999999999-01-01T00:00:00Z", "64 bits"},
  }));
  CAPTURE(text);
  check_refused(parse_timestamp(text), why);
}

TEST_CASE("a duration prints in the largest units that leave no rest", "[time]") {
  CHECK(to_string(Duration(0)) == "0s");
  CHECK(to_string(Duration(-5)) == "-5us");
  CHECK(to_string(Duration(250ms)) == "250ms");
  CHECK(to_string(Duration(1500ms)) == "1s500ms");
  CHECK(to_string(Duration(90min)) == "1h30m");
  CHECK(to_string(Duration(24h)) == "1d");
  CHECK(to_string(Duration(greatest)) == "106751991d4h54s775ms807us");
  CHECK(to_string(Duration(least)) == "-106751991d4h54s775ms808us");
}

TEST_CASE("durations are read with one unit or several, and with decimals", "[time]") {
  CHECK(parse_duration("1h30m").value() == 90min);
  CHECK(parse_duration("1.5s").value() == 1500ms);
  CHECK(parse_duration("0.5ms").value() == 500us);
  CHECK(parse_duration("-2d").value() == -48h);
  CHECK(parse_duration("+7us").value() == 7us);
  CHECK(parse_duration("1m1ms").value() == 60'001ms);
  CHECK(parse_duration("0.00001157407407407407407d").error().code() == errc::invalid_argument);
  CHECK(parse_duration("1.50000000000000000000s").value() == 1500ms);
  CHECK(parse_duration(to_string(Duration(greatest))).value() == Duration(greatest));
  CHECK(parse_duration(to_string(Duration(least))).value() == Duration(least));
}

TEST_CASE("what no duration can be is refused with the reason", "[time]") {
  const auto [text, why] = GENERATE(table<const char*, const char*>({
      {"", "numbers with a unit"},
      {"-", "numbers with a unit"},
      {"s", "numbers with a unit"},
      {"5", "its unit"},
      {"5 s", "its unit"},
      {"5sec", "numbers with a unit"},
      {"5S", "its unit"},
      {"1.s", "after the point"},
      {"30m1h", "large to small"},
      {"1s1s", "large to small"},
      {"0.5us", "whole number of microseconds"},
      {"0.0000001s", "whole number of microseconds"},
      {"1h-30m", "numbers with a unit"},
      {"9223372036854775808us", "64 bits"},
      {"106751992d", "64 bits"},
      {"99999999999999999999999999999999999999999999d", "64 bits"},
  }));
  CAPTURE(text);
  check_refused(parse_duration(text), why);
}

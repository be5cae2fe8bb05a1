#include <kameo/error.hpp>
#include <kameo/trace_context.hpp>

#include <catch2/catch.hpp>

#include <string>

TEST_CASE("a traceparent is read and written as it stands", "[base][trace]") {
  const std::string text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto trace = kameo::parse_traceparent(text);
  REQUIRE(trace);
  CHECK(trace->trace_id[0] == std::byte{0x4b});
  CHECK(trace->span_id[7] == std::byte{0xb7});
  CHECK(trace->flags == 1);
  CHECK(to_string(*trace) == text);
  // A newer version may have more behind the flags.
  CHECK(kameo::parse_traceparent("cc" + text.substr(2) + "-more") == trace);
}

TEST_CASE("what is no traceparent is none", "[base][trace]") {
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto with = [&](std::size_t at, const std::string& text) {
    return std::string(good).replace(at, text.size(), text);
  };
  const auto bad = GENERATE_COPY(std::string(), good.substr(1), good.substr(0, 54), good + "x",
                                 good + "-more", with(0, "ff"), with(3, "4BF9"), with(3, "4bg9"),
                                 with(2, "_"), with(35, "_"), with(52, "_"), with(53, "0g"),
                                 with(3, std::string(32, '0')), with(36, std::string(16, '0')));
  CAPTURE(bad);
  CHECK(!kameo::parse_traceparent(bad));
}

TEST_CASE("an error's code says whether a handler began", "[base][error]") {
  using kameo::errc;
  const auto started = [](errc code) { return kameo::Error(code, "").started(); };
  CHECK(started(errc::handler_failed) == true);
  CHECK(started(errc::declared) == true);
  CHECK(started(errc::not_started) == false);
  CHECK(started(errc::overloaded) == false);
  CHECK(started(errc::deadlock) == false);
  CHECK(!started(errc::died_may_have_run));
  CHECK(!started(errc::deadline_exceeded));
  CHECK(!started(errc::over_limit));  // of the request, or of the answer
  CHECK(!started(static_cast<errc>(999)));
}

#include <catch2/catch.hpp>

#include "log_printer.hpp"

using namespace kameo::cli;
using kameo::wire::LogLevel;
using kameo::wire::LogRecord;

namespace {

LogRecord record(std::string message) {
  LogRecord made;
  made.source = "logging";
  made.message = std::move(message);
  made.at = *kameo::parse_timestamp("2026-11-21T12:03:04.125678Z");
  return made;
}

}  // namespace

TEST_CASE("a log record says when, who, how bad, where from and what", "[cli][log]") {
  auto made = record("sold 5");
  made.logger = "shop.worker";
  made.file = "worker.py";
  made.line = 12;
  made.extra = {{"order", "7"}, {"to", "Ann"}};
  CHECK(log_text({"strategy[1]", 1, made}, false) ==
        "12:03:04.125 strategy[1] INFO shop.worker worker.py:12: sold 5 (order=7, to=Ann)");

  made = record("hello");
  made.source = "stdout";
  made.level = LogLevel::warning;
  made.at = *kameo::parse_timestamp("2026-11-21T12:03:04Z");
  CHECK(log_text({"market", 1, made}, false) == "12:03:04.000 market WARNING stdout: hello");
}

TEST_CASE("the lines after the first are set in", "[cli][log]") {
  auto made = record("one\ntwo\n");
  made.traceback = "Traceback:\n  in f\n";
  CHECK(log_text({"a", 1, made}, false) ==
        "12:03:04.125 a INFO logging: one\n    two\n    Traceback:\n      in f");
}

TEST_CASE("what a child says cannot steer the terminal", "[cli][log]") {
  const auto text = log_text({"a", 1, record("\x1b[2J\x07 \xc2\x9b tab\t.")}, false);
  CHECK_THAT(text, Catch::EndsWith(": \\x1b[2J\\x07 \\x9b tab\t."));
}

TEST_CASE("levels have colours where colours are wanted", "[cli][log]") {
  CHECK_THAT(log_text({"a", 1, record("x")}, true), Catch::Contains("\x1b[32mINFO\x1b[0m"));
}

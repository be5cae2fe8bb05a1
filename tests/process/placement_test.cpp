#include "process_fixture.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <ostream>
#include <system_error>
#include <vector>

// What has to hold wherever an actor runs: in this process, as a C++ child, as a Python child.

using kameo::errc;
using std::chrono::milliseconds;

namespace {

enum class Where { here, child, python };

std::ostream& operator<<(std::ostream& out, Where where) {
  return out << (where == Where::here ? "here" : where == Where::child ? "child" : "python");
}

kameo::Placement placement(Where where) {
#if defined(KAMEO_TEST_PYTHON)
  if (where == Where::python) {
    return kameo::python("probe_handler:Probe")
        .path(KAMEO_TEST_HANDLERS)
        .interpreter(KAMEO_TEST_PYTHON);
  }
#endif
  if (where == Where::here) return kameo::inproc(probe::make_probe);
  return kameo::child();
}

template <class Actor = probe::Probe>
probe::ProbeRef place(kameo::Runtime& runtime, Where where, kameo::SpawnOptions options = {}) {
  return runtime.spawn<Actor>(placement(where), {}, std::move(options), kameo::blocking).value();
}

#if defined(KAMEO_TEST_PYTHON)
const std::vector<Where> everywhere{Where::here, Where::child, Where::python};
#else
const std::vector<Where> everywhere{Where::here, Where::child};
#endif

/// Answers by the argument of the request.
class Market final : public probe::MarketCallbacks {
 public:
  kameo::Reply<std::string> price(probe::Command request) override {
    const auto& argument = request.argument;
    const auto& call = kameo::actor::Call::current();
    if (argument == "traceparent") {
      co_return call && call->trace ? to_string(*call->trace) : std::string("none");
    }
    if (argument == "to_first" || argument == "to_second") {
      const auto& next = argument == "to_first" ? first : second;
      probe::Command onwards("price", argument == "to_first" ? "to_second" : "to_first");
      auto answer = co_await next.run(onwards);
      if (!answer) co_return answer.error();
      co_return std::move(*answer);
    }
    if (argument == "echo_first") {
      probe::Command onwards("echo", "inner");
      auto answer = co_await first.run(onwards);
      if (!answer) co_return answer.error();
      co_return std::move(*answer);
    }
    if (argument == "hold") {
      held.set_value(call && call->deadline.has_value());
      asio::steady_timer never(co_await asio::this_coro::executor,
                               asio::steady_timer::time_point::max());
      try {
        co_await never.async_wait(asio::use_awaitable);
      } catch (const std::system_error&) {
        let_go.set_value();
        throw;
      }
    }
    co_return argument + argument;
  }

  probe::ProbeRef first;
  probe::ProbeRef second;
  std::promise<bool> held;  ///< whether there was a deadline
  std::promise<void> let_go;
};

struct Placed : ProcessFixture {
  Placed() { REQUIRE(runtime.provide(market)); }
  ~Placed() { market->first = market->second = {}; }
  std::shared_ptr<Market> market = std::make_shared<Market>();
};

}  // namespace

TEST_CASE("a deadline and a cancel go through an actor into its callback, wherever it runs",
          "[process][placement][deadline]") {
  Placed fixture;
  const auto where = GENERATE(from_range(everywhere));
  CAPTURE(where);
  const auto actor = place(fixture.runtime, where);
  CHECK(actor("price", "warm").value() == "warmwarm");
  asio::cancellation_signal signal;
  std::promise<errc> outcome;
  kameo::AskOptions options;
  options.deadline = std::chrono::hours(1);
  actor.run({"price", "hold"}, options,
            asio::bind_cancellation_slot(signal.slot(), [&](kameo::Result<std::string> reply) {
              outcome.set_value(reply ? errc{} : reply.error().code());
            }));
  CHECK(fixture.market->held.get_future().get());
  signal.emit(asio::cancellation_type::total);
  CHECK(outcome.get_future().get() == errc::cancelled);
  fixture.market->let_go.get_future().get();
  CHECK(actor("price", "ok").value() == "okok");
}

TEST_CASE("actors that would come to wait for each other are told so, wherever they run",
          "[process][placement][deadlock]") {
  Placed fixture;
  const auto where = GENERATE(from_range(everywhere));
  CAPTURE(where);
  fixture.market->first = place(fixture.runtime, where);
  fixture.market->second = place(fixture.runtime, GENERATE(from_range(everywhere)));
  const auto outcome = fixture.market->first("price", "to_second");
  REQUIRE(!outcome);
  CHECK(outcome.error().message().find("would wait for its own answer") != std::string::npos);
  CHECK(fixture.market->first("price", "ok").value() == "okok");
  CHECK(fixture.market->second("price", "ok").value() == "okok");
}

TEST_CASE("a reentrant handler is asked while its actor waits, wherever it runs",
          "[process][placement][deadlock]") {
  Placed fixture;
  const auto where = GENERATE(from_range(everywhere));
  CAPTURE(where);
  fixture.market->first = place<probe::Narrow>(fixture.runtime, where);
  CHECK(fixture.market->first("price", "echo_first").value() == "inner");
}

TEST_CASE("a trace goes through an actor into its callback, wherever it runs",
          "[process][placement][trace]") {
  Placed fixture;
  const auto where = GENERATE(from_range(everywhere));
  CAPTURE(where);
  const auto actor = place(fixture.runtime, where);
  const std::string text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  kameo::AskOptions options;
  options.trace = kameo::parse_traceparent(text);
  CHECK(actor.run({"price", "traceparent"}, options, kameo::blocking).value() == text);
  CHECK(actor("price", "traceparent").value() == "none");
}

TEST_CASE("two calls of a handler that allows two run at once in an actor of one",
          "[process][placement][concurrency]") {
  ProcessFixture fixture;
  const auto where = GENERATE(Where::here, Where::child);
  CAPTURE(where);
  const auto actor = place<probe::Narrow>(fixture.runtime, where);
  auto first = actor.stream({"hold", ""});
  CHECK(first.next(kameo::blocking) == "1");
  auto second = actor.stream({"hold", ""});
  CHECK(second.next(kameo::blocking) == "1");  // the first has not ended, and never would
}

TEST_CASE("an ask without a deadline has the runtime's, in children too",
          "[process][placement][deadline]") {
  const auto where = GENERATE(from_range(everywhere));
  CAPTURE(where);
  Logs logs;
  kameo::Runtime runtime(
      kameo::RuntimeOptions().threads(2).log(logs.hook()).deadline(milliseconds(1)));
  const auto market = std::make_shared<Market>();
  REQUIRE(runtime.provide(market));
  const auto actor = place(runtime, where);
  kameo::AskOptions none;
  none.deadline = kameo::no_deadline;
  // It inherits none, so what it asks in its turn has the default.
  const auto outcome = actor.run({"price", "hold"}, none, kameo::blocking);
  REQUIRE(!outcome);
  CHECK(outcome.error().message().find("no answer") != std::string::npos);
  market->let_go.get_future().get();
  if (where != Where::python) {
    CHECK(actor("held", "1").error().code() == errc::deadline_exceeded);
  }
}

TEST_CASE("a deadline is the schema's, the handler's or the actor's where the caller says none",
          "[process][placement][deadline]") {
  ProcessFixture fixture;
  const auto package = std::make_shared<kameo::schema::Package>(*probe::package());
  const auto code = [&](kameo::SpawnOptions options) {
    kameo::DynamicActor probe(package);
    probe.actor("Probe").config(kameo::encode_payload(probe::Config()).value());
    const auto actor = fixture.runtime
                           .spawn_dynamic(probe, kameo::inproc(probe::make_probe),
                                          std::move(options), kameo::blocking)
                           .value();
    auto request = kameo::encode_payload(probe::Command("held", "1")).value();
    return actor.ask_payload("run", std::move(request), {}, kameo::blocking).error().code();
  };
  const milliseconds soon(1);
  const milliseconds late(std::chrono::hours(1));
  CHECK(code(kameo::SpawnOptions().deadline(soon)) == errc::deadline_exceeded);
  CHECK(code(kameo::SpawnOptions().deadline(late).deadline("run", soon)) ==
        errc::deadline_exceeded);
  package->actors[0].handlers[probe::routes::run - 1].deadline = soon;
  CHECK(code(kameo::SpawnOptions().deadline(late)) == errc::deadline_exceeded);
}

TEST_CASE("a callback is provided by its path, at run time", "[process][placement][callback]") {
  ProcessFixture fixture;
  const auto where = GENERATE(from_range(everywhere));
  CAPTURE(where);
  auto& runtime = fixture.runtime;
  const auto doubled =
      kameo::callback<probe::Command>([](probe::Command request) -> kameo::Reply<std::string> {
        co_return request.argument + request.argument;
      });
  REQUIRE(runtime.provide("market.Price", doubled));
  const auto actor = place(runtime, where);
  CHECK(actor("price", "ab").value() == "abab");

  CHECK(runtime.provide("market.Price", doubled).error().code() == errc::already_provided);
  CHECK(runtime.provide(std::make_shared<Market>()).error().message() ==
        "callback `market.Price` of module `market` is provided already");
  for (const auto* bad : {"market", "market.", ".Price", ""}) {
    CHECK(runtime.provide(bad, doubled).error().code() == errc::invalid_argument);
  }
  CHECK(runtime.provide("market.Ticks", kameo::CallbackFunction()).error().code() ==
        errc::invalid_argument);
}

TEST_CASE("a callback of a module that is provided, and one of another, say what there is",
          "[process][placement][callback]") {
  ProcessFixture fixture;
  auto& runtime = fixture.runtime;
  REQUIRE(runtime.provide(
      "market.Ticks",
      kameo::stream_callback<probe::Command, std::string>(
          [](probe::Command request, kameo::Sink<std::string> out) -> kameo::Reply<void> {
            for (int i = 0; i < 3; ++i) {
              if (auto sent = co_await out.send(request.argument); !sent) co_return sent.error();
            }
            co_return kameo::Result<void>();
          })));
  const auto actor = place(runtime, GENERATE(Where::here, Where::child));
  CHECK(actor("read_ticks", "3").value() == "333");
  const auto missing = actor("price", "ab");
  CHECK(missing.error().code() == errc::not_provided);
  CHECK(missing.error().message() ==
        "nobody provides callback `market.Price`; provided: `market.Ticks`");

  ProcessFixture other;
  REQUIRE(other.runtime.provide(std::make_shared<Market>()));
  CHECK(other.runtime.provide("market.Price", kameo::CallbackFunction()).error().code() ==
        errc::invalid_argument);
  CHECK(other.runtime
            .provide("market.Price", kameo::callback<probe::Command>(
                                         [](probe::Command) -> kameo::Reply<std::string> {
                                           co_return std::string();
                                         }))
            .error()
            .message() == "callback module `market` is provided already");
}

TEST_CASE("a runtime that has stopped leaves nothing on the executor that it was given",
          "[process][placement][deadline]") {
  asio::io_context io;
  kameo::Runtime runtime(io.get_executor());
  bool stopped = false;
  asio::co_spawn(
      io,
      [](kameo::Runtime& all, bool& done) -> asio::awaitable<void> {
        const auto where = kameo::inproc(probe::make_probe);
        const auto actor = co_await all.spawn<probe::Probe>(where);
        const probe::Command echo("echo", "x");
        const auto answer = co_await actor.value().run(echo);  // has the default deadline
        CHECK(answer.value() == "x");
        const auto ended = co_await all.stop();
        CHECK(ended);
        done = true;
      }(runtime, stopped),
      asio::detached);
  while (!stopped) io.run_one();
  io.poll();
  CHECK(io.stopped());  // a timer that is to come would be work
}

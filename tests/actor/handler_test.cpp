#include <kameo/actor/actor_ref.hpp>
#include <kameo/actor/handler_incarnation.hpp>
#include <kameo/actor/slot.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include <optional>
#include <stdexcept>
#include <vector>

using kameo::errc;
using kameo::Reply;
using kameo::Result;
using kameo::actor::Message;
using kameo::actor::StopMode;

namespace {

/// Route 1 doubles, 2 throws, 3 waits until the test opens the gate, 4 returns an error.
class Doubler final : public kameo::Handler {
 public:
  explicit Doubler(std::vector<std::string>& log) : log_(log) {}

  Reply<void> start(Message config) override {
    auto word = std::move(config).take<std::string>();
    if (!word) co_return word.error();
    log_.push_back("start " + *word);
    if (*word == "bad") co_return kameo::fail(errc::handler_failed, "a bad word");
    if (*word == "worse") throw std::runtime_error("a worse word");
    co_return Result<void>();
  }
  Reply<void> stop() override {
    log_.push_back("stop");
    if (throw_at_stop) throw std::runtime_error("not now");
    co_return Result<void>();
  }
  Reply<Message> dispatch(std::uint16_t route, Message request,
                          kameo::actor::Streams /*none*/) override {
    const auto value = std::move(request).take<int>().value();
    log_.push_back("begin " + std::to_string(value));
    if (route == 2) throw std::logic_error("thrown");
    if (route == 3) {
      asio::steady_timer gate(co_await asio::this_coro::executor,
                              asio::steady_timer::time_point::max());
      gates.push_back(&gate);
      std::error_code opened;
      co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, opened));
    }
    if (route == 4) co_return kameo::fail(errc::handler_failed, "returned");
    log_.push_back("end " + std::to_string(value));
    co_return Message::of(2 * value);
  }

  std::vector<asio::steady_timer*> gates;
  bool throw_at_stop = false;

 private:
  std::vector<std::string>& log_;
};

class DoublerRef : public kameo::ActorRef {
 public:
  using kameo::ActorRef::ActorRef;
  template <class Token>
  auto call(std::uint16_t route, int value, kameo::AskOptions options, Token&& token) const {
    return ask<int>(route, value, options, std::forward<Token>(token));
  }
};

class HandlerFixture {
 public:
  explicit HandlerFixture(std::uint32_t concurrency = 1, const std::string& config = "go") {
    kameo::actor::SlotOptions options;
    options.name = "doubler";
    slot = kameo::actor::Slot::make(
        context.get_executor(), std::move(options),
        [this, concurrency, config](const kameo::actor::Strand& strand, std::uint32_t number,
                                    std::shared_ptr<kameo::actor::Incarnation::Owner> owner) {
          return std::make_shared<kameo::actor::HandlerIncarnation>(
              strand, std::move(owner),
              kameo::ActorContext("doubler", number, strand,
                                  [](std::string_view) { return nullptr; }),
              [this](const kameo::ActorContext&) {
                auto made = std::make_unique<Doubler>(log);
                handler = made.get();
                return made;
              },
              kameo::encode_payload(config).value(), concurrency);
        });
    slot->start([this](Result<void> result) { started = std::move(result); });
    ref = DoublerRef(slot);
    run();
  }
  ~HandlerFixture() {
    slot->stop(StopMode::kill);
    run();
  }

  void run() {
    context.restart();
    context.poll();
  }
  std::shared_ptr<std::optional<Result<int>>> call(std::uint16_t route, int value) {
    auto outcome = std::make_shared<std::optional<Result<int>>>();
    ref.call(route, value, {}, asio::bind_executor(context, [outcome](Result<int> result) {
               outcome->emplace(std::move(result));
             }));
    run();
    return outcome;
  }
  void open_gate() {
    handler->gates.front()->cancel();
    handler->gates.erase(handler->gates.begin());
    run();
  }

  asio::io_context context;
  std::vector<std::string> log;
  Doubler* handler = nullptr;
  std::optional<Result<void>> started;
  std::shared_ptr<kameo::actor::Slot> slot;
  DoublerRef ref;
};

using Log = std::vector<std::string>;

}  // namespace

TEST_CASE("a handler is started with its config and answers", "[actor][handler]") {
  HandlerFixture fixture;
  REQUIRE(fixture.started);
  CHECK(*fixture.started);
  CHECK(fixture.call(1, 21)->value().value() == 42);
  CHECK(fixture.log == Log{"start go", "begin 21", "end 21"});
}

TEST_CASE("an actor works on one message at a time, a suspended one included", "[actor][handler]") {
  HandlerFixture fixture;
  const auto first = fixture.call(3, 1);
  const auto second = fixture.call(1, 2);
  CHECK(fixture.log == Log{"start go", "begin 1"});
  fixture.open_gate();
  CHECK(fixture.log == Log{"start go", "begin 1", "end 1", "begin 2", "end 2"});
  CHECK((*first)->value() == 2);
  CHECK((*second)->value() == 4);
}

TEST_CASE("with a concurrency of two, two are begun and the third waits", "[actor][handler]") {
  HandlerFixture fixture(2);
  fixture.call(3, 1);
  fixture.call(3, 2);
  fixture.call(3, 3);
  CHECK(fixture.log == Log{"start go", "begin 1", "begin 2"});
  fixture.open_gate();
  CHECK(fixture.log == Log{"start go", "begin 1", "begin 2", "end 1", "begin 3"});
}

TEST_CASE("an exception from a handler answers that ask, and the actor lives on",
          "[actor][handler]") {
  HandlerFixture fixture;
  const auto thrown = fixture.call(2, 1);
  REQUIRE(*thrown);
  CHECK((*thrown)->error().code() == errc::handler_failed);
  CHECK((*thrown)->error().message() == "thrown");
  CHECK((*thrown)->error().data().type == "std::logic_error");
  CHECK((*fixture.call(4, 1))->error().message() == "returned");
  CHECK((*fixture.call(1, 5))->value() == 10);
}

TEST_CASE("an error or an exception at the start is a failed start", "[actor][handler]") {
  for (const auto& [config, text] :
       {std::pair("bad", "a bad word"), std::pair("worse", "a worse word")}) {
    HandlerFixture fixture(1, config);
    REQUIRE(fixture.started);
    REQUIRE(!*fixture.started);
    CHECK(fixture.started->error().code() == errc::start_failed);
    CHECK(fixture.started->error().message() == std::string("doubler: ") + text);
  }
}

TEST_CASE("a stop waits for the message in hand, then calls on_stop", "[actor][handler]") {
  HandlerFixture fixture;
  const auto in_hand = fixture.call(3, 1);
  bool stopped = false;
  fixture.slot->stop(StopMode::drain, [&] { stopped = true; });
  fixture.run();
  CHECK(!stopped);
  fixture.open_gate();
  CHECK((*in_hand)->value() == 2);
  CHECK(stopped);
  CHECK(fixture.log.back() == "stop");
}

TEST_CASE("I12 a throw in on_stop leaves no waiter hanging", "[actor][handler]") {
  HandlerFixture fixture;
  fixture.handler->throw_at_stop = true;
  bool stopped = false;
  fixture.slot->stop(StopMode::drain, [&] { stopped = true; });
  fixture.run();
  CHECK(stopped);
}

TEST_CASE("a kill answers the message in hand and cancels its handler", "[actor][handler]") {
  HandlerFixture fixture;
  const auto in_hand = fixture.call(3, 1);
  bool stopped = false;
  fixture.slot->stop(StopMode::kill, [&] { stopped = true; });
  fixture.run();
  CHECK(stopped);
  REQUIRE(*in_hand);
  CHECK((*in_hand)->error().code() == errc::died_may_have_run);  // no retry is safe
  CHECK(fixture.log.back() == "end 1");
}

TEST_CASE("I4 a deadline that passes ends the wait", "[actor][handler]") {
  HandlerFixture fixture;
  std::optional<Result<int>> outcome;
  kameo::AskOptions options;
  options.deadline = std::chrono::milliseconds(0);
  fixture.ref.call(3, 1, options, asio::bind_executor(fixture.context, [&](Result<int> result) {
                     outcome.emplace(std::move(result));
                   }));
  while (!outcome) {
    fixture.context.restart();
    fixture.context.run_one();
  }
  CHECK(outcome->error().code() == errc::deadline_exceeded);
}

TEST_CASE("a cancel ends the wait, once, and what the handler awaits", "[actor][handler]") {
  HandlerFixture fixture;
  asio::cancellation_signal signal;
  std::vector<errc> outcomes;
  fixture.ref.call(3, 1, {},
                   asio::bind_cancellation_slot(
                       signal.slot(), asio::bind_executor(fixture.context, [&](Result<int> result) {
                         outcomes.push_back(result ? errc{} : result.error().code());
                       })));
  fixture.run();
  signal.emit(asio::cancellation_type::total);
  fixture.run();
  CHECK(fixture.log.back() == "end 1");
  CHECK(outcomes == std::vector{errc::cancelled});
  CHECK((*fixture.call(1, 2))->value() == 4);
}

TEST_CASE("a request that is dropped is answered all the same", "[actor][handler]") {
  std::optional<Result<int>> outcome;
  struct Sink final : kameo::actor::ReplyTo::Sink {
    explicit Sink(std::optional<Result<int>>& into) : out(into) {}
    void complete(Result<Message> answer) override {
      out.emplace(answer ? std::move(*answer).take<int>() : Result<int>(answer.error()));
    }
    std::optional<Result<int>>& out;
  };
  {
    const kameo::actor::Envelope dropped(1, Message::of(1),
                                         kameo::actor::ReplyTo(std::make_shared<Sink>(outcome)));
  }
  REQUIRE(outcome);
  CHECK(outcome->error().code() == errc::no_answer);
}

#pragma once

#include <kameo/actor/slot.hpp>
#include <kameo/testing/manual_clock.hpp>

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <optional>
#include <string>
#include <vector>

/// One life that a test leads by hand. What it is given lies in `held` until the test answers.
class FakeIncarnation final : public kameo::actor::Incarnation {
 public:
  FakeIncarnation(std::uint32_t which, std::shared_ptr<Owner> slot)
      : number(which), owner(std::move(slot)) {}

  void start() override { started = true; }
  [[nodiscard]] bool has_room(kameo::actor::RouteNumber) const override {
    return running && held.size() < room;
  }
  void deliver(kameo::actor::Envelope envelope) override { held.push_back(std::move(envelope)); }
  void deliver_beside(kameo::actor::Envelope envelope) override {
    beside.push_back(std::move(envelope));
  }
  void flush() override { ++flushes; }
  void stop(kameo::actor::StopMode mode) override { stops.push_back(mode); }

  const std::uint32_t number;
  std::shared_ptr<Owner> owner;
  bool started = false;
  bool running = false;
  std::size_t room = 1000;
  int flushes = 0;
  std::vector<kameo::actor::Envelope> held;
  std::vector<kameo::actor::Envelope> beside;
  std::vector<kameo::actor::StopMode> stops;
};

/// A slot whose incarnations, clock and executor are the test's.
class SlotFixture {
 public:
  explicit SlotFixture(kameo::RestartPolicy policy = {}, std::size_t mailbox = 1000) {
    kameo::actor::SlotOptions options;
    options.name = "actor";
    options.mailbox = mailbox;
    options.restart = policy;
    options.clock = clock;
    options.chance = [] { return 0.5; };
    options.dead_letters = [this](std::string_view, kameo::actor::RouteNumber,
                                  kameo::actor::Message message, const kameo::Error& why) {
      dead.push_back(std::move(message).take<int>().value());
      dead_code = why.code();
    };
    options.events = [this](const kameo::actor::SlotEvent& event) { events.push_back(event.type); };
    slot = kameo::actor::Slot::make(
        context.get_executor(), std::move(options),
        [this](const kameo::actor::Strand&, std::uint32_t number,
               std::shared_ptr<kameo::actor::Incarnation::Owner> owner) {
          // Incarnations never overlap: the one before has ended, and the slot let go of it.
          overlap = overlap || (life && life->owner != nullptr);
          life = std::make_shared<FakeIncarnation>(number, std::move(owner));
          return life;
        });
  }
  ~SlotFixture() {
    if (life && life->owner) end(kameo::actor::Outcome::normal);
  }

  void run() {
    context.restart();
    context.poll();
  }
  void start() {
    slot->start([this](kameo::Result<void> result) { start_result = std::move(result); });
    run();
  }
  /// The living one takes messages.
  void become_running() {
    life->running = true;
    on_strand([this] { life->owner->on_started(); });
  }
  /// The living one ends; what it held is answered as an incarnation must.
  void end(kameo::actor::Outcome outcome, std::string why = "it crashed") {
    const auto ending = life;
    for (auto& envelope : ending->held) {
      envelope.reply_to(kameo::Error(kameo::errc::died_may_have_run, why));
    }
    ending->held.clear();
    kameo::actor::Ending told;
    told.outcome = outcome;
    if (outcome != kameo::actor::Outcome::normal) {
      told.error =
          kameo::Error(outcome == kameo::actor::Outcome::failed ? kameo::errc::died_may_have_run
                                                                : kameo::errc::start_failed,
                       why);
    }
    on_strand([&] { std::exchange(ending->owner, nullptr)->on_ended(std::move(told)); });
  }
  void started() {
    start();
    become_running();
  }

  kameo::Result<void> tell(int value) {
    auto result = slot->deliver({1, kameo::actor::Message::of(value)});
    run();
    return result;
  }
  /// An ask; its outcome appears in what it gives.
  std::shared_ptr<std::optional<kameo::Result<int>>> ask(int value) {
    auto sink = std::make_shared<Sink>();
    REQUIRE(slot->deliver({1, kameo::actor::Message::of(value), kameo::actor::ReplyTo(sink)}));
    run();
    return {sink, &sink->outcome};
  }
  [[nodiscard]] std::vector<int> held_values() {
    std::vector<int> values;
    for (auto& envelope : life->held) {
      values.push_back(std::move(envelope.message).take<int>().value());
    }
    return values;
  }
  void reply(std::size_t index, int value) {
    life->held[index].reply_to(kameo::actor::Message::of(value));
    life->held.erase(life->held.begin() + static_cast<std::ptrdiff_t>(index));
  }

  asio::io_context context;
  std::shared_ptr<kameo::testing::ManualClock> clock =
      std::make_shared<kameo::testing::ManualClock>();
  std::shared_ptr<FakeIncarnation> life;
  std::shared_ptr<kameo::actor::Slot> slot;
  std::optional<kameo::Result<void>> start_result;
  std::vector<int> dead;
  kameo::errc dead_code{};
  std::vector<kameo::actor::SlotEvent::Type> events;
  bool overlap = false;

 private:
  struct Sink final : kameo::actor::ReplyTo::Sink {
    void complete(kameo::Result<kameo::actor::Message> answer) override {
      REQUIRE(!outcome);  // exactly once
      if (!answer) {
        outcome.emplace(answer.error());
      } else {
        outcome.emplace(std::move(*answer).take<int>());
      }
    }
    std::optional<kameo::Result<int>> outcome;
  };

  template <class Function>
  void on_strand(Function function) {
    asio::post(slot->executor(), function);
    run();
  }
};

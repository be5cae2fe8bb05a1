#pragma once

#include "coverage.hpp"
#include "ledger.hpp"
#include "random.hpp"

#include <kameo/concat.hpp>
#include <kameo/wire/session.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kameo::simulation {

/// What the whole simulated world shares.
struct World {
  explicit World(std::uint64_t seed) : random(seed) {}

  Random random;
  wire::TimePoint now{};
  Ledger ledger;
  Coverage coverage;
  std::function<void(const std::string&)> trace;  ///< none: nobody listens

  template <class... Parts>
  void tell(const Parts&... parts) {
    if (trace) trace(concat("t=", now.time_since_epoch().count() / 1000, "µs ", parts...));
  }
};

/// A session and a random actor who uses it: asks, tells, streams both ways, answers, cancels,
/// misses deadlines. Checks whatever it can see of the promises.
class Peer {
 public:
  Peer(wire::Role role, wire::Limits limits, World& world);

  [[nodiscard]] wire::Session& session() noexcept { return session_; }
  /// What the session has to say, all of it.
  void take_events();
  /// One thing of chance's choice.
  void act();
  /// Goes for the end: starts nothing, does whatever finishes what is open. False when there was
  /// nothing to do.
  bool finish_something();
  /// Calls whose deadline has passed end.
  void expire();
  /// The process dies: nothing of it is heard again.
  void crash();
  void start_drain();
  void say_bye();
  /// What must hold after each step.
  void check() const;
  /// What must hold when all is settled and the stream is still whole.
  void check_idle() const;

  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  [[nodiscard]] std::string_view name() const noexcept { return side_ == 0 ? "parent" : "child"; }

 private:
  /// An ask of ours.
  struct Mine {
    wire::CorrelationId id = 0;
    std::uint64_t serial = 0;
    bool stream = false;
    bool input = false;  ///< not ended yet
    std::uint32_t input_left = 0;
    std::uint32_t received = 0;     ///< items
    std::int64_t credit_items = 0;  ///< granted and not used
    std::int64_t credit_bytes = 0;
    wire::StreamWindow parked;  ///< received and not read
    std::optional<wire::TimePoint> deadline;
  };
  /// An ask of the other side's.
  struct Theirs {
    wire::CorrelationId id = 0;
    std::uint64_t serial = 0;
    bool stream = false;
    bool input = false;
    bool cancelled = false;
    std::uint32_t items_left = 0;
    std::uint32_t sent = 0;
    std::uint32_t input_received = 0;
    std::int64_t input_items = 0;  ///< granted and not used
    std::int64_t input_bytes = 0;
  };

  [[nodiscard]] std::size_t other() const noexcept { return 1 - side_; }
  [[nodiscard]] std::uint32_t random_size();
  wire::StreamWindow random_window();
  [[noreturn]] void violate(const std::string& what) const;

  // What comes
  void take(const wire::Event& event);
  void take_welcome(const wire::Event& event);
  void take_ask(const wire::Event& event);
  void take_answer(const wire::Event& event);
  void take_item(const wire::Event& event);
  void take_input_item(const wire::Event& event);
  void take_closed(const wire::Event& event);
  Content content(const wire::Event& event) const;
  Mine& mine(wire::CorrelationId id);
  Theirs& theirs(wire::CorrelationId id);

  // What is done
  void start_ask();
  void start_tell();
  void leave(std::size_t which, Outcome outcome);
  void read_parked(Mine& ask);
  bool send_input(Mine& ask);
  void end_input(Mine& ask, bool broken_off);
  bool work_on(std::size_t which, bool to_the_end);
  void answer(std::size_t which);
  void forget_all(Outcome outcome);

  std::size_t side_;
  World& world_;
  wire::Limits limits_;
  wire::Session session_;
  std::vector<Mine> mine_;
  std::vector<Theirs> theirs_;
  bool running_ = false;
  bool draining_ = false;
  bool said_bye_ = false;
  bool closed_ = false;
};

}  // namespace kameo::simulation

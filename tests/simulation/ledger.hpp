#pragma once

#include "coverage.hpp"
#include "payload.hpp"

#include <kameo/wire/session.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace kameo::simulation {

/// A promise of the protocol that was not kept.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What both sides know to have happened, which neither session can tell the other wrongly.
struct Call {
  enum class Answer : std::uint8_t { none, reply, end, error };

  bool is_tell = false;
  bool stream = false;
  bool input = false;
  wire::TimePoint sent_at{};
  std::optional<std::chrono::microseconds> timeout;
  std::vector<std::uint64_t> chain;
  std::optional<TraceContext> trace;
  std::uint32_t request_size = 0;

  bool arrived = false;            ///< the answering side was told of it
  bool cut_short = false;          ///< its input was too much for the answering side
  Answer answer = Answer::none;    ///< what the answering side gave
  std::uint32_t items_sent = 0;    ///< by the answering side
  std::uint32_t input_sent = 0;    ///< by the caller
  bool input_broken_off = false;   ///< the caller ended its input with an error
  std::optional<Outcome> outcome;  ///< what the caller got; set once
};

/// The calls of both sides, by caller (0 parent, 1 child) and serial number.
class Ledger {
 public:
  /// The serial number of a call that is about to be sent.
  std::uint64_t add(std::size_t side, Call call);
  [[nodiscard]] Call& call(std::size_t side, std::uint64_t serial);

  /// Whether sessions may refuse by themselves what finds no room: their limits are narrow.
  void limits_are_narrow(bool narrow) noexcept { narrow_ = narrow; }
  [[nodiscard]] bool are_limits_narrow() const noexcept { return narrow_; }

  /// The session took it: it must arrive, after all that were sent before.
  void sent(std::size_t side, std::uint64_t serial) {
    in_flight_[side].push_back(serial);
    last_sent_[side] = serial;
  }
  /// It arrived. A violation where another should have come first, or where it came before.
  void arrived(std::size_t side, std::uint64_t serial);
  /// This side sends drain now.
  void drains(std::size_t side) noexcept { before_drain_[side] = last_sent_[side]; }
  /// Its drain has arrived: a violation where a call that it made before is still in flight.
  void check_drained(std::size_t side) { check_arrived(side, before_drain_[side]); }
  /// The last frame of this side has arrived: as above, for all its calls.
  void check_all_arrived(std::size_t side) { check_arrived(side, last_sent_[side]); }
  /// The stream was cut: what is in flight won't arrive.
  void lose_in_flight();

  /// The caller's one outcome; a second is a violation.
  void end(std::size_t side, std::uint64_t serial, Outcome outcome, Coverage& coverage);
  /// A violation where an ask has not ended.
  void check_all_ended() const;

 private:
  void check_arrived(std::size_t side, std::uint64_t up_to);
  /// Takes asks off the front that a session may have refused by itself, up to this call.
  void skip_refused(std::size_t side, std::uint64_t before);

  std::array<std::vector<Call>, 2> calls_;
  std::array<std::deque<std::uint64_t>, 2> in_flight_;
  std::array<std::uint64_t, 2> last_sent_{};
  std::array<std::uint64_t, 2> before_drain_{};
  bool narrow_ = false;
};

}  // namespace kameo::simulation

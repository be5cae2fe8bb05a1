#pragma once

#include "credit.hpp"

#include <kameo/wire/session.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace kameo::wire {

/// Our asks without an answer yet. An id is a place and how often that place was used before, so
/// that it is found without hashing and is never given twice in a session.
class OpenAsks {
 public:
  enum class State : std::uint8_t { open, cancelled };
  enum class Found : std::uint8_t { open, cancelled, ended, never_given };

  /// What else is known of an ask; see AskParts.
  struct Ask {
    bool stream = false;
    bool input = false;
    std::uint64_t sent_at = 0;  ///< OutputQueue::data_end behind it
    Credit granted;             ///< what the peer may still send of the stream
    Credit input_credit;        ///< what we may still send of the input
    std::uint64_t parked = 0;   ///< bytes of items that nobody has read
  };

  [[nodiscard]] CorrelationId add(const Ask& ask);
  [[nodiscard]] Found find(CorrelationId id) const noexcept;
  /// Of one that is open or cancelled; null otherwise.
  [[nodiscard]] Ask* ask(CorrelationId id) noexcept;
  /// The ask's answer has come: it is over. Says what it was until now.
  Found end(CorrelationId id);
  /// The answer, if one still comes, is for nobody.
  void cancel(CorrelationId id);

  /// Open ones; a cancelled one no longer counts.
  [[nodiscard]] std::size_t size() const noexcept { return open_; }
  /// Places in use, cancelled ones included: what the peer still has to answer.
  [[nodiscard]] std::size_t in_use() const noexcept { return places_.size() - free_.size(); }
  /// Ends one that is open; none when there is none.
  std::optional<CorrelationId> end_any();

 private:
  struct Place {
    std::uint32_t uses = 0;  ///< how often it was given
    bool taken = false;
    State state = State::open;
    Ask ask;
  };

  std::vector<Place> places_;
  std::vector<std::uint32_t> free_;
  std::size_t open_ = 0;
  std::size_t first_open_ = 0;  ///< no place before it is open: a sweep of all stays linear
};

}  // namespace kameo::wire

#pragma once

#include <kameo/actor/envelope.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

namespace kameo::actor {

/// The bounded queue before an actor: many senders, one taker. A message is counted before it is
/// put in, so that the taker never sees one that isn't.
/// Thread-safety: `push`, `close` and `size` from any thread; `front` and `pop` from the
/// taker's strand.
class Mailbox {
 public:
  enum class Push : std::uint8_t {
    taken,
    taken_wake,  ///< and the taker sleeps: wake it
    full,
    closed,
  };

  explicit Mailbox(std::size_t capacity) : capacity_(capacity) {}

  /// Moves from `envelope` only where it is taken.
  [[nodiscard]] Push push(Envelope& envelope);
  /// The oldest message, which stays. Null: the next `push` gives `taken_wake`.
  [[nodiscard]] const Envelope* front();
  /// Takes it out. None as with `front`.
  [[nodiscard]] std::optional<Envelope> pop();
  /// Takes no more; what is in it stays.
  void close();

  [[nodiscard]] std::size_t size() const noexcept { return size_.load(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  const std::size_t capacity_;
  std::atomic<std::size_t> size_ = 0;

  std::mutex mutex_;
  std::vector<Envelope> incoming_;  // guarded by mutex_
  bool taker_sleeps_ = true;        // guarded by mutex_
  bool closed_ = false;             // guarded by mutex_

  // The taker's: a batch at a time, so that it takes the lock once for many messages.
  std::vector<Envelope> batch_;
  std::size_t next_ = 0;
};

}  // namespace kameo::actor

#pragma once

#include "random.hpp"

#include <kameo/bytes.hpp>
#include <kameo/wire/session.hpp>

#include <deque>

namespace kameo::simulation {

/// One direction of the stream between two sessions: keeps the order of bytes and nothing else.
/// What was written in one piece may arrive in many, later, together with others, or not at all.
class Pipe {
 public:
  /// Bytes that arrive at a time of chance's choice, not before those written earlier.
  void write(ByteView bytes, wire::TimePoint now, Random& random);
  /// At most `most` of the bytes that have arrived; empty when there are none.
  [[nodiscard]] Bytes read(std::size_t most, wire::TimePoint now);
  /// What is on its way is lost; the reader sees the end of the stream.
  void cut() noexcept;

  [[nodiscard]] bool is_cut() const noexcept { return cut_; }
  [[nodiscard]] bool is_empty() const noexcept { return pieces_.empty(); }
  /// When the next bytes arrive; only where it is not empty.
  [[nodiscard]] wire::TimePoint next_arrival() const noexcept { return pieces_.front().arrives; }

 private:
  struct Piece {
    wire::TimePoint arrives;
    Bytes bytes;
    std::size_t begin = 0;
  };
  std::deque<Piece> pieces_;
  bool cut_ = false;
};

}  // namespace kameo::simulation

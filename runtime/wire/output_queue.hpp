#pragma once

#include <kameo/bytes.hpp>
#include <kameo/wire/frame.hpp>
#include <kameo/wire/session.hpp>

#include <cstddef>
#include <cstdint>

namespace kameo::wire {

/// What stands between header and payload, as the header's flags say.
struct Parts {
  std::int64_t deadline_us = 0;
  std::span<const std::uint64_t> chain = {};
  TraceContext trace;
  StreamWindow window;
};

/// Frames on their way to the stream: data in order, control frames before all data that has not
/// been begun. One contiguous piece each, so that one `write` takes many frames.
class OutputQueue {
 public:
  /// Splits a payload that is too long for one frame into `chunk` frames. A control frame must not
  /// overtake what it is about: it stays behind the data up to `after` (see `data_end`).
  void push(FrameHeader header, ByteView payload, const Parts& parts = {}, std::uint64_t after = 0);
  /// Where the data pushed so far ends, counted from the start of the session.
  [[nodiscard]] std::uint64_t data_end() const noexcept {
    return data_gone_ + (data_.size() - data_begin_);
  }

  [[nodiscard]] ByteView next() const noexcept;
  void consume(std::size_t size);
  [[nodiscard]] std::size_t size() const noexcept {
    return control_.size() - control_begin_ + data_.size() - data_begin_;
  }
  void clear() noexcept;

 private:
  static void append(Bytes& out, const FrameHeader& header, ByteView parts, ByteView payload);

  Bytes control_;
  std::size_t control_begin_ = 0;
  Bytes data_;
  std::size_t data_begin_ = 0;
  std::uint64_t data_gone_ = 0;    ///< bytes of data that have been consumed
  std::size_t begun_data_ = 0;     ///< what is left of a data frame that the stream has part of
  std::size_t begun_control_ = 0;  ///< likewise of a control frame
  Bytes parts_;                    ///< kept for its memory
};

}  // namespace kameo::wire

#pragma once

#include <kameo/bytes.hpp>
#include <kameo/wire/frame.hpp>

#include <cstddef>
#include <span>

namespace kameo::wire {

/// Bytes as they come off the stream, handed out frame by frame in place. Its start is aligned and
/// frames are padded to 8 bytes, so every payload stands aligned.
class InputBuffer {
 public:
  /// Room for at least one whole frame. Moves what is unread to the front.
  [[nodiscard]] std::span<std::byte> prepare();
  void commit(std::size_t size) noexcept { end_ += size; }

  [[nodiscard]] ByteView unread() const noexcept {
    return ByteView(bytes_).subspan(begin_, end_ - begin_);
  }
  void consume(std::size_t size) noexcept { begin_ += size; }

 private:
  static constexpr std::size_t capacity =
      4 * (FrameHeader::size + std::size_t{FrameHeader::max_length});

  Bytes bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace kameo::wire

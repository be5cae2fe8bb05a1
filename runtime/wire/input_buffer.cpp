#include "input_buffer.hpp"

#include <cstring>

namespace kameo::wire {

std::span<std::byte> InputBuffer::prepare() {
  constexpr std::size_t room = FrameHeader::size + std::size_t{FrameHeader::max_length};
  if (bytes_.empty()) bytes_.resize(capacity);
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (bytes_.size() - end_ < room) {
    // Less than a frame is unread whenever the caller has taken all events, so this fits.
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    // A caller that feeds without taking events makes it grow; by its own will.
    if (bytes_.size() - end_ < room) bytes_.resize(end_ + room);
  }
  return std::span(bytes_).subspan(end_);
}

}  // namespace kameo::wire

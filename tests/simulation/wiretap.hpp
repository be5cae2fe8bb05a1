#pragma once

#include "coverage.hpp"

#include <kameo/bytes.hpp>
#include <kameo/wire/frame.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kameo::simulation {

/// Reads what one side sends, from the bytes alone and wherever they are cut, and holds it to
/// docs/protocol.md: what a session can't be asked, and its peer would not notice.
class Wiretap {
 public:
  explicit Wiretap(std::string_view side) : side_(side) {}

  /// The next bytes that leave; throws Violation.
  void take(ByteView bytes, FrameCounts& counts);
  /// A ping was handed to the session: no data frame may begin before it has left.
  void expect_ping() noexcept { ++pings_due_; }
  /// Whether nothing is half sent, so that another frame could stand here.
  [[nodiscard]] bool is_between_messages() const noexcept {
    return have_ == 0 && skip_ == 0 && !message_open_ && !said_bye_;
  }

 private:
  void frame(const wire::FrameHeader& header);
  void control(const wire::FrameHeader& header);
  void data(const wire::FrameHeader& header);
  [[noreturn]] void violate(std::string_view what, const wire::FrameHeader& header) const;

  std::string_view side_;
  std::array<std::byte, wire::FrameHeader::size> header_{};
  std::size_t have_ = 0;  // bytes of a header that is not whole yet
  std::size_t skip_ = 0;  // bytes of a body that have still to pass
  std::size_t pings_due_ = 0;
  bool began_with_ping_due_ = false;
  bool message_open_ = false;  // a chunk must follow
  bool said_bye_ = false;
  std::uint64_t asking_ = 0;          // the ask whose chunks are passing
  std::vector<std::uint64_t> asked_;  // ids of the asks that have passed whole
};

}  // namespace kameo::simulation

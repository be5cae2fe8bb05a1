#pragma once

#include <cstdint>

namespace kameo {

/// Credit of a stream: how much more its writer may send. An item takes one of `items` and its
/// encoded size of `bytes`; it may be sent while there is some of both, so the last one may be
/// larger than what is left. Values that stay in their process have no size: there only the items
/// count.
struct StreamWindow {
  std::uint32_t items = 0;
  std::uint64_t bytes = 0;

  friend bool operator==(const StreamWindow&, const StreamWindow&) = default;
};

/// What the reader of a stream takes before it has read any of it, in both languages, where nothing
/// else is said. Measured: docs/performance.md.
inline constexpr StreamWindow default_window{256, 256 * 1024};

}  // namespace kameo

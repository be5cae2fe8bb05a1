#include "pipe.hpp"

#include <algorithm>

namespace kameo::simulation {

void Pipe::write(ByteView bytes, wire::TimePoint now, Random& random) {
  if (cut_) return;  // as a socket whose reader has gone: the writer learns it from its own read
  auto arrives = now;
  if (random.one_in(4)) arrives += std::chrono::microseconds(random.below(2000));
  if (!pieces_.empty()) arrives = std::max(arrives, pieces_.back().arrives);
  pieces_.push_back({arrives, Bytes(bytes.begin(), bytes.end()), 0});
}

Bytes Pipe::read(std::size_t most, wire::TimePoint now) {
  Bytes out;
  while (!pieces_.empty() && pieces_.front().arrives <= now && out.size() < most) {
    auto& piece = pieces_.front();
    const auto size = std::min(most - out.size(), piece.bytes.size() - piece.begin);
    const auto from = piece.bytes.begin() + static_cast<std::ptrdiff_t>(piece.begin);
    out.insert(out.end(), from, from + static_cast<std::ptrdiff_t>(size));
    piece.begin += size;
    if (piece.begin == piece.bytes.size()) pieces_.pop_front();
  }
  return out;
}

void Pipe::cut() noexcept {
  cut_ = true;
  pieces_.clear();
}

}  // namespace kameo::simulation

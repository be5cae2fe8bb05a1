#pragma once

#include <kameo/wire/session.hpp>

#include <cstdint>

namespace kameo::wire {

/// What a stream's receiver has granted and its sender not used; both ends keep the same account.
/// An item needs one of `items` and a positive rest of `bytes`, and may overdraw that rest: else an
/// item larger than the window would wait for ever.
class Credit {
 public:
  /// False where the sum would be absurd: a peer that overflows its own account.
  [[nodiscard]] bool grant(StreamWindow more) noexcept {
    constexpr std::int64_t most = std::int64_t{1} << 53U;
    if (more.bytes > static_cast<std::uint64_t>(most) || items_ + more.items > most) return false;
    if (bytes_ + static_cast<std::int64_t>(more.bytes) > most) return false;
    items_ += more.items;
    bytes_ += static_cast<std::int64_t>(more.bytes);
    return true;
  }
  [[nodiscard]] bool any() const noexcept { return items_ > 0 && bytes_ > 0; }
  /// False without credit.
  [[nodiscard]] bool use(std::size_t bytes) noexcept {
    if (!any()) return false;
    --items_;
    bytes_ -= static_cast<std::int64_t>(bytes);
    return true;
  }

 private:
  std::int64_t items_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace kameo::wire

#pragma once

#include <kameo/wire/session.hpp>

#include <cstdint>
#include <string_view>
#include <utility>

namespace kameo::simulation {

/// The receiving end of a simulated stream: what it granted, what came, what nobody has read yet.
/// Credit and unread items together are always what was granted beyond what was read.
class Inbox {
 public:
  /// What a reader lets stand unread; an item may go beyond the bytes.
  static constexpr wire::StreamWindow most_parked{12, 1600};

  void grant(wire::StreamWindow more) noexcept {
    credit_items_ += more.items;
    credit_bytes_ += static_cast<std::int64_t>(more.bytes);
  }
  /// Whether the sender may have so much more without breaking `most_parked`.
  [[nodiscard]] bool may_grant(wire::StreamWindow more) const noexcept {
    return credit_items_ + parked_.items + more.items <= most_parked.items &&
           credit_bytes_ + static_cast<std::int64_t>(parked_.bytes + more.bytes) <=
               static_cast<std::int64_t>(most_parked.bytes);
  }
  /// An item came; what is wrong with that, or nothing.
  [[nodiscard]] std::string_view take(std::uint32_t size) noexcept {
    if (credit_items_ <= 0 || credit_bytes_ <= 0) return "an item without credit";
    if (parked_.items >= most_parked.items || parked_.bytes >= most_parked.bytes) {
      return "an item where too many are parked";
    }
    ++received_;
    --credit_items_;
    credit_bytes_ -= size;
    ++parked_.items;
    parked_.bytes += size;
    return {};
  }
  /// Reads all that is parked: the credit to give back.
  [[nodiscard]] wire::StreamWindow read() noexcept { return std::exchange(parked_, {}); }

  [[nodiscard]] std::uint64_t parked_bytes() const noexcept { return parked_.bytes; }
  [[nodiscard]] std::uint32_t received() const noexcept { return received_; }
  [[nodiscard]] std::int64_t credit_items() const noexcept { return credit_items_; }
  [[nodiscard]] std::int64_t credit_bytes() const noexcept { return credit_bytes_; }

 private:
  std::uint32_t received_ = 0;
  std::int64_t credit_items_ = 0;
  std::int64_t credit_bytes_ = 0;
  wire::StreamWindow parked_;
};

}  // namespace kameo::simulation

#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace kameo::actor {

/// How many messages an actor works on at a time: what it says of itself, or for one of its
/// handlers where that says more. A message begins while fewer are in hand than its handler allows.
class Concurrency {
 public:
  /// `of_handlers`: by route number, from 1 at index 0; routes beyond are as the actor.
  Concurrency(std::uint32_t of_actor = 1,  // NOLINT(google-explicit-*): most say one number
              std::vector<std::uint32_t> of_handlers = {})
      : of_actor_(std::max<std::uint32_t>(of_actor, 1)), of_handlers_(std::move(of_handlers)) {
    for (auto& each : of_handlers_) {
      each = std::max(each, of_actor_);
      most_ = std::max(most_, each);
    }
    most_ = std::max(most_, of_actor_);
  }

  [[nodiscard]] std::uint32_t of(std::uint16_t route) const noexcept {
    const auto index = std::size_t{route} - 1;
    return index < of_handlers_.size() ? of_handlers_[index] : of_actor_;
  }
  /// Of any of them.
  [[nodiscard]] std::uint32_t most() const noexcept { return most_; }

 private:
  std::uint32_t of_actor_;
  std::vector<std::uint32_t> of_handlers_;
  std::uint32_t most_ = 1;
};

}  // namespace kameo::actor

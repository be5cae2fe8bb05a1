#include "open_asks.hpp"

#include <algorithm>

namespace kameo::wire {
namespace {
std::size_t place_of(CorrelationId id) noexcept {
  return id & 0xFFFFFFFFU;
}
std::uint32_t use_of(CorrelationId id) noexcept {
  return static_cast<std::uint32_t>(id >> 32U);
}
}  // namespace

CorrelationId OpenAsks::add(const Ask& ask) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const auto place = free_.back();
  free_.pop_back();
  auto& entry = places_[place];
  first_open_ = std::min<std::size_t>(first_open_, place);
  entry.taken = true;
  entry.state = State::open;
  entry.ask = ask;
  ++entry.uses;  // from 1, so that no id is 0; 2^32 uses of one place outlive any session
  ++open_;
  return CorrelationId{entry.uses} << 32U | place;
}

OpenAsks::Found OpenAsks::find(CorrelationId id) const noexcept {
  if (place_of(id) >= places_.size()) return Found::never_given;
  const auto& entry = places_[place_of(id)];
  if (use_of(id) == 0 || use_of(id) > entry.uses) return Found::never_given;
  if (use_of(id) < entry.uses || !entry.taken) return Found::ended;
  return entry.state == State::open ? Found::open : Found::cancelled;
}

OpenAsks::Ask* OpenAsks::ask(CorrelationId id) noexcept {
  const auto found = find(id);
  if (found != Found::open && found != Found::cancelled) return nullptr;
  return &places_[place_of(id)].ask;
}

OpenAsks::Found OpenAsks::end(CorrelationId id) {
  const auto found = find(id);
  if (found == Found::open) --open_;
  if (found == Found::open || found == Found::cancelled) {
    places_[place_of(id)].taken = false;
    free_.push_back(static_cast<std::uint32_t>(place_of(id)));
  }
  return found;
}

void OpenAsks::cancel(CorrelationId id) {
  if (find(id) != Found::open) return;
  places_[place_of(id)].state = State::cancelled;
  --open_;
}

std::optional<CorrelationId> OpenAsks::end_any() {
  if (open_ == 0) return std::nullopt;
  for (; first_open_ < places_.size(); ++first_open_) {
    const auto place = first_open_;
    const auto& entry = places_[place];
    if (!entry.taken || entry.state != State::open) continue;
    const auto id = CorrelationId{entry.uses} << 32U | place;
    end(id);
    return id;
  }
  return std::nullopt;
}

}  // namespace kameo::wire

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace kameo::wire {

/// A map from non-zero ids that a peer chose: open addressing in one block, no allocation per
/// entry. The ids are mixed, so that a hostile peer can't choose them into one run.
template <class T>
class IdMap {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool contains(std::uint64_t id) const noexcept { return at(id).has_value(); }

  /// The value of `id`, or null.
  [[nodiscard]] T* find(std::uint64_t id) noexcept {
    const auto place = at(id);
    return place ? &entries_[*place].second : nullptr;
  }
  /// The new value, or null where `id` is there already.
  T* add(std::uint64_t id) {
    if (2 * (size_ + 1) > entries_.size()) grow();
    auto place = home(id);
    for (; entries_[place].first != 0; place = next(place)) {
      if (entries_[place].first == id) return nullptr;
    }
    entries_[place] = {id, T{}};
    ++size_;
    return &entries_[place].second;
  }
  bool erase(std::uint64_t id) {
    const auto found = at(id);
    if (!found) return false;
    // Moves what follows in the run back by one where its home allows, so no tombstone is needed.
    auto hole = *found;
    for (auto place = next(hole); entries_[place].first != 0; place = next(place)) {
      const auto from_home = (place - home(entries_[place].first)) & mask();
      const auto from_hole = (place - hole) & mask();
      if (from_home < from_hole) continue;
      entries_[hole] = std::move(entries_[place]);
      hole = place;
    }
    entries_[hole] = {};
    --size_;
    return true;
  }
  void clear() noexcept {
    entries_.clear();
    size_ = 0;
  }

 private:
  using Entry = std::pair<std::uint64_t, T>;

  [[nodiscard]] std::size_t mask() const noexcept { return entries_.size() - 1; }
  [[nodiscard]] std::size_t next(std::size_t place) const noexcept { return (place + 1) & mask(); }
  [[nodiscard]] std::size_t home(std::uint64_t id) const noexcept {
    // The finaliser of splitmix64 (Steele, Lea, Flood 2014).
    id += salt_;
    id = (id ^ (id >> 30U)) * 0xBF58476D1CE4E5B9U;
    id = (id ^ (id >> 27U)) * 0x94D049BB133111EBU;
    return (id ^ (id >> 31U)) & mask();
  }
  [[nodiscard]] std::optional<std::size_t> at(std::uint64_t id) const noexcept {
    if (size_ == 0 || id == 0) return std::nullopt;
    for (auto place = home(id); entries_[place].first != 0; place = next(place)) {
      if (entries_[place].first == id) return place;
    }
    return std::nullopt;
  }
  void grow() {
    std::vector<Entry> old(entries_.empty() ? 64 : 2 * entries_.size());
    old.swap(entries_);
    size_ = 0;
    for (auto& entry : old) {
      if (entry.first != 0) *add(entry.first) = std::move(entry.second);
    }
  }

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
  std::uint64_t salt_ = reinterpret_cast<std::uintptr_t>(this);  // differs per process and session
};

}  // namespace kameo::wire

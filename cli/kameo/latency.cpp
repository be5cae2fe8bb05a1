#include "latency.hpp"

#include <bit>
#include <cmath>
#include <cstdio>

namespace kameo::cli {

// Values below 2^steps_log2 have a bucket each; above, the highest bit chooses the doubling and the
// next steps_log2 bits the bucket in it.
void Latency::add(std::chrono::nanoseconds took) noexcept {
  const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
  const auto width = static_cast<unsigned>(std::bit_width(value));
  const auto shift = width > steps_log2 + 1 ? width - steps_log2 - 1 : 0U;
  ++buckets_[(std::size_t{shift} << steps_log2) + static_cast<std::size_t>(value >> shift)];
  ++count_;
}

std::chrono::nanoseconds Latency::percentile(double part) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size() && wanted > 0; ++i) {
    seen += buckets_[i];
    if (seen < wanted) continue;
    constexpr std::size_t steps = std::size_t{1} << steps_log2;
    const auto shift = i < 2 * steps ? 0 : i / steps - 1;
    return std::chrono::nanoseconds((i - (shift << steps_log2)) << shift);
  }
  return std::chrono::nanoseconds(0);
}

std::string short_text(std::chrono::nanoseconds length) {
  struct Unit {
    double nanoseconds;
    const char* name;
  };
  constexpr Unit units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}, {1, "ns"}};
  const auto value = static_cast<double>(length.count());
  auto unit = units[3];
  for (const auto& each : units) {
    if (value >= each.nanoseconds) {
      unit = each;
      break;
    }
  }
  const auto number = value / unit.nanoseconds;
  std::array<char, 32> text{};
  const int digits = number >= 100 ? 0 : (number >= 10 ? 1 : 2);
  std::snprintf(text.data(), text.size(), "%.*f %s", digits, number, unit.name);
  return text.data();
}

}  // namespace kameo::cli

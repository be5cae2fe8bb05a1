#include "progress_bar.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace kameo::cli {

std::string rate(std::uint64_t asks, std::chrono::steady_clock::duration elapsed) {
  const auto seconds = std::max(std::chrono::duration<double>(elapsed).count(), 1e-6);
  const auto per_second = static_cast<double>(asks) / seconds;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f", per_second < 10 ? 1 : 0, per_second);
  return text.data();
}

std::string counted(std::uint64_t count, const char* noun) {
  return concat(count, " ", noun, count == 1 ? "" : "s");
}

std::string progress_line(const Progress& progress, std::size_t width) {
  auto text = concat("  ", counted(progress.answered, "ask"), "  ",
                     rate(progress.answered, progress.elapsed), " asks/s");
  if (progress.items > 0) text += concat("  ", counted(progress.items, "item"));
  if (progress.errors > 0) text += concat("  ", counted(progress.errors, "error"));
  if (progress.part) {
    const auto part = std::clamp(*progress.part, 0.0, 1.0);
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), " %3.0f %%", part * 100);
    // One column stays free: a full last column makes some terminals wrap.
    constexpr std::size_t frame = 2;
    constexpr std::size_t longest = 40;
    const auto rest = text.size() + std::string(percent.data()).size() + frame + 1;
    const auto cells = width > rest ? std::min(width - rest, longest) : 0;
    if (cells >= 5) {
      const auto full = static_cast<std::size_t>(part * static_cast<double>(cells));
      std::string bar(full, '=');
      if (full < cells) bar += '>';
      bar.resize(cells, ' ');
      text = concat("[", bar, "]", percent.data(), text);
    } else {
      text = concat(percent.data(), text);
    }
  }
  if (text.size() >= width) text.resize(width - 1);
  return text;
}

}  // namespace kameo::cli

#include "unified_diff.hpp"

#include <kameo/concat.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace kameo::gen {
namespace {

constexpr std::size_t context = 3;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto size = end == text.npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// A line of the result: ' ' in both, '-' only before, '+' only after.
struct Line {
  char mark;
  std::string_view text;
};

/// The shortest script, after Myers: per number of edits, how far each diagonal reaches.
std::vector<Line> script(const std::vector<std::string_view>& a,
                         const std::vector<std::string_view>& b) {
  const auto n = static_cast<std::ptrdiff_t>(a.size());
  const auto m = static_cast<std::ptrdiff_t>(b.size());
  const auto most = n + m;
  std::vector<std::ptrdiff_t> reach(static_cast<std::size_t>(2 * most + 2), 0);
  std::vector<std::vector<std::ptrdiff_t>> trace;
  const auto at = [most](std::ptrdiff_t k) { return static_cast<std::size_t>(k + most); };
  const auto line = [](const auto& all, std::ptrdiff_t i) {
    return all[static_cast<std::size_t>(i)];
  };
  const auto down = [&](const std::vector<std::ptrdiff_t>& v, std::ptrdiff_t k,
                        std::ptrdiff_t edits) {
    return k == -edits || (k != edits && v[at(k - 1)] < v[at(k + 1)]);
  };
  bool done = false;
  for (std::ptrdiff_t edits = 0; edits <= most && !done; ++edits) {
    trace.push_back(reach);
    for (auto k = -edits; k <= edits && !done; k += 2) {
      auto x = down(reach, k, edits) ? reach[at(k + 1)] : reach[at(k - 1)] + 1;
      while (x < n && x - k < m && line(a, x) == line(b, x - k)) ++x;
      reach[at(k)] = x;
      done = x >= n && x - k >= m;
    }
  }

  std::vector<Line> lines;
  auto x = n;
  auto y = m;
  for (auto edits = static_cast<std::ptrdiff_t>(trace.size()) - 1; edits >= 0; --edits) {
    const auto& v = trace[static_cast<std::size_t>(edits)];
    const auto k = x - y;
    const bool inserted = down(v, k, edits);
    const auto before_k = inserted ? k + 1 : k - 1;
    const auto before_x = edits == 0 ? 0 : v[at(before_k)];
    const auto before_y = edits == 0 ? 0 : before_x - before_k;
    while (x > before_x && y > before_y) {
      --x;
      --y;
      lines.push_back({' ', line(a, x)});
    }
    if (edits == 0) break;
    if (inserted) {
      --y;
      lines.push_back({'+', line(b, y)});
    } else {
      --x;
      lines.push_back({'-', line(a, x)});
    }
  }
  std::reverse(lines.begin(), lines.end());
  return lines;
}

std::string range(std::size_t start, std::size_t count) {
  // `diff` names the line before an empty range, and leaves a count of 1 out.
  return count == 1 ? concat(start + 1) : concat(count == 0 ? start : start + 1, ",", count);
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         std::string_view before_name, std::string_view after_name) {
  if (before == after) return {};
  const auto a = lines_of(before);
  const auto b = lines_of(after);
  // Most of a long file is the same at both ends: the script is for what lies between.
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  const auto middle = [&](const auto& all) {
    return std::vector<std::string_view>(all.begin() + static_cast<std::ptrdiff_t>(head),
                                         all.end() - static_cast<std::ptrdiff_t>(tail));
  };
  std::vector<Line> lines;
  for (std::size_t i = 0; i < head; ++i) lines.push_back({' ', a[i]});
  for (const auto& line : script(middle(a), middle(b))) lines.push_back(line);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) lines.push_back({' ', a[i]});

  auto out = concat("--- ", before_name, "\n+++ ", after_name, "\n");
  std::size_t at_a = 0;
  std::size_t at_b = 0;
  for (std::size_t i = 0; i < lines.size();) {
    if (lines[i].mark == ' ') {
      ++i;
      ++at_a;
      ++at_b;
      continue;
    }
    // The hunk goes on while changes follow within twice the context.
    std::size_t end = i;
    for (std::size_t j = i, same = 0; j < lines.size() && same <= 2 * context; ++j) {
      same = lines[j].mark == ' ' ? same + 1 : 0;
      if (same == 0) end = j + 1;
    }
    const auto above = std::min(context, i);
    const auto below = std::min(context, lines.size() - end);
    std::size_t count_a = 0;
    std::size_t count_b = 0;
    std::string hunk;
    for (auto j = i - above; j < end + below; ++j) {
      if (lines[j].mark != '+') ++count_a;
      if (lines[j].mark != '-') ++count_b;
      hunk += lines[j].mark;
      hunk += lines[j].text;
      if (!lines[j].text.ends_with('\n')) hunk += "\n\\ No newline at end of file\n";
    }
    out += concat("@@ -", range(at_a - above, count_a), " +", range(at_b - above, count_b), " @@\n",
                  hunk);
    for (; i < end; ++i) {
      if (lines[i].mark != '+') ++at_a;
      if (lines[i].mark != '-') ++at_b;
    }
  }
  return out;
}

}  // namespace kameo::gen

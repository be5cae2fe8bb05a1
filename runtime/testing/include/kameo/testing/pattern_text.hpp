#pragma once

#include <kameo/concat.hpp>
#include <kameo/pattern.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace kameo::testing {

inline void append_utf8(std::string& text, char32_t point) {
  const auto add = [&text](char32_t byte) { text += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) {
    add(0xC0U | (point >> 6U));
  } else {
    if (point < 0x10000) {
      add(0xE0U | (point >> 12U));
    } else {
      add(0xF0U | (point >> 18U));
      add(0x80U | ((point >> 12U) & 0x3FU));
    }
    add(0x80U | ((point >> 6U) & 0x3FU));
  }
  add(0x80U | (point & 0x3FU));
}

/// Texts that a pattern matches.
class PatternText {
 public:
  /// Gives one of 0 to n - 1.
  using Pick = std::function<std::size_t(std::size_t n)>;

  explicit PatternText(std::string_view pattern) : pattern_(Pattern::of(pattern)) {
    for (std::size_t i = 0; i < steps().size(); ++i) {
      successors_.push_back(is_set(i) ? reached_from(steps()[i].next) : Steps());
    }
    if (!steps().empty()) start_ = reached_from(0);
  }

  /// One of `shortest` to `longest` code points, of the 30 shortest lengths that there are; none
  /// where there is none of up to 1100.
  [[nodiscard]] std::optional<std::string> make(std::size_t shortest, std::size_t longest,
                                                const Pick& pick) {
    constexpr std::size_t most = 1100;
    constexpr std::size_t enough = 30;
    std::vector<std::size_t> lengths;
    for (auto n = shortest; n <= std::min(longest, most) && lengths.size() < enough; ++n) {
      if (can_end(start_, n)) lengths.push_back(n);
    }
    if (lengths.empty()) return std::nullopt;

    std::string text;
    const auto* from = &start_;
    for (auto left = lengths[pick(lengths.size())]; left > 0; --left) {
      std::vector<std::size_t> choices;
      for (const auto each : *from) {
        if (is_set(each) && can_end(successors_[each], left - 1)) choices.push_back(each);
      }
      const auto step = choices[pick(choices.size())];
      append_utf8(text, character(steps()[step], pick));
      from = &successors_[step];
    }
    return text;
  }

 private:
  using Steps = std::vector<std::size_t>;
  using Step = Pattern::Step;

  [[nodiscard]] const std::vector<Step>& steps() const { return pattern_.program_; }
  [[nodiscard]] bool is_set(std::size_t step) const {
    return steps()[step].kind == Step::Kind::set;
  }

  /// The steps that take a character or end the text, from here without one.
  [[nodiscard]] Steps reached_from(std::size_t first) const {
    Steps found;
    Steps open{first};
    std::vector<bool> seen(steps().size(), false);
    while (!open.empty()) {
      const auto at = open.back();
      open.pop_back();
      if (seen[at]) continue;
      seen[at] = true;
      const auto& step = steps()[at];
      if (step.kind == Step::Kind::split) open.push_back(step.other);
      if (step.kind == Step::Kind::split || step.kind == Step::Kind::jump) {
        open.push_back(step.next);
      } else {
        found.push_back(at);
      }
    }
    return found;
  }

  /// Whether from one of these a text ends after exactly `left` characters.
  [[nodiscard]] bool can_end(const Steps& from, std::size_t left) {
    while (ends_.size() <= left) add_length();
    return std::any_of(from.begin(), from.end(),
                       [&](std::size_t step) { return ends_[left][step]; });
  }
  void add_length() {
    std::vector<bool> next(steps().size(), false);
    for (std::size_t i = 0; i < next.size(); ++i) {
      if (ends_.empty()) {
        next[i] = steps()[i].kind == Step::Kind::done;
      } else if (is_set(i)) {
        const auto& shorter = ends_.back();
        next[i] = std::any_of(successors_[i].begin(), successors_[i].end(),
                              [&](std::size_t step) { return shorter[step]; });
      }
    }
    ends_.push_back(std::move(next));
  }

  [[nodiscard]] static bool has(const Step& step, char32_t point) {
    const bool in = std::any_of(step.set.begin(), step.set.end(), [point](const auto& range) {
      return range.first <= point && point <= range.last;
    });
    return in != step.negated;
  }
  [[nodiscard]] static char32_t character(const Step& step, const Pick& pick) {
    if (!step.negated) {
      const auto& range = step.set[pick(step.set.size())];
      const auto point = static_cast<char32_t>(range.first + pick(range.last - range.first + 1));
      const bool is_surrogate = point >= 0xD800 && point <= 0xDFFF;
      return is_surrogate ? range.first : point;
    }
    std::vector<char32_t> choices;
    for (char32_t point = 'a'; point <= 'z'; ++point) choices.push_back(point);
    for (char32_t point = 0; point < 'a'; ++point) choices.push_back(point);
    for (const char32_t point : {U'é', U'ß', U'中', U'\U0001F600'}) choices.push_back(point);
    std::erase_if(choices, [&step](char32_t point) { return !has(step, point); });
    // A class that leaves none of those out of all that there are.
    for (char32_t point = 0; choices.empty() && point < 0xD800; ++point) {
      if (has(step, point)) choices.push_back(point);
    }
    return choices.empty() ? U'\U0010FFFF' : choices[pick(choices.size())];
  }

  const Pattern pattern_;
  std::vector<Steps> successors_;
  Steps start_;
  /// By length: whether a text ends so many characters from each step on.
  std::vector<std::vector<bool>> ends_;
};

}  // namespace kameo::testing

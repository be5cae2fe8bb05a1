#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::testing {
class PatternText;  // kameo/testing/pattern_text.hpp
}

namespace kameo {

/// A regular expression of the part that ECMAScript and Python's `re` agree on, matched against a
/// whole text in time linear in it (docs/idl.md, "Patterns"): literals, `.`, classes, `\d \w \s`
/// and their opposites, escapes, groups, `|`, `* + ? {n} {n,} {n,m}`, `^` and `$` at the ends.
class Pattern {
 public:
  struct Parsed;
  [[nodiscard]] static Parsed parse(std::string_view text);

  /// The pattern of a text that the IDL's checker has let through. One from elsewhere that is no
  /// pattern matches everything: no limit rather than none that can be met.
  [[nodiscard]] static Pattern of(std::string_view text);

  /// `text` must be UTF-8.
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  friend class PatternParser;
  friend class testing::PatternText;

  struct Range {
    char32_t first;
    char32_t last;
  };
  struct Step {
    enum class Kind : std::uint8_t { set, split, jump, done };
    Kind kind = Kind::done;
    bool negated = false;
    std::vector<Range> set;
    std::size_t next = 0;
    std::size_t other = 0;
  };
  std::vector<Step> program_;
};

/// A pattern, or what is wrong with its text, and where in bytes.
struct Pattern::Parsed {
  std::optional<Pattern> pattern;
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
};

}  // namespace kameo

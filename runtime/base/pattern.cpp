#include <kameo/pattern.hpp>

#include <kameo/concat.hpp>

#include <algorithm>
#include <limits>

namespace kameo {
namespace {

constexpr std::size_t most_steps = 20000;  // what repeats multiply to
constexpr unsigned deepest = 100;          // groups inside each other
constexpr std::uint32_t most_repeats = 1000;
constexpr std::uint32_t unbounded = std::numeric_limits<std::uint32_t>::max();

char32_t take_code_point(std::string_view& text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size && i < text.size(); ++i) {
    point = (point << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(std::min(size, text.size()));
  return point;
}

}  // namespace

/// Recursive descent that writes a program of steps, as Thompson did: each part is a piece of the
/// program that falls through to what follows it.
class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text), rest_(text) {}

  Pattern::Parsed parse() {
    (void)accept('^');  // the whole text is matched anyway
    alternatives(0);
    if (!failed_ && !rest_.empty())
      fail(1, "a `)` without its `(`", "write `\\)` for the character");
    if (failed_) return std::move(result_);
    emit({Step::Kind::done, false, {}, 0, 0});
    result_.pattern.emplace();
    result_.pattern->program_ = std::move(program_);
    return std::move(result_);
  }

 private:
  using Step = Pattern::Step;
  using Range = Pattern::Range;

  bool accept(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void fail_at(std::size_t offset, std::size_t length, std::string message, std::string hint) {
    if (failed_) return;
    failed_ = true;
    result_.offset = offset;
    result_.length = length;
    result_.message = std::move(message);
    result_.hint = std::move(hint);
  }
  void fail(std::size_t length, std::string message, std::string hint) {
    fail_at(text_.size() - rest_.size(), length, std::move(message), std::move(hint));
  }

  std::size_t emit(Step step) {
    if (program_.size() == most_steps)
      fail(1, "a pattern that is too large", "its repeats multiply");
    if (!failed_) program_.push_back(std::move(step));
    return program_.empty() ? 0 : program_.size() - 1;
  }
  void emit_set(std::vector<Range> set, bool negated) {
    const auto next = program_.size() + 1;
    emit({Step::Kind::set, negated, std::move(set), next, 0});
  }

  /// `a|b|c`: each alternative is written from 0 on its own, then put behind a split.
  void alternatives(unsigned depth) {
    const auto before = std::move(program_);
    std::vector<std::vector<Step>> pieces;
    do {
      program_.clear();
      sequence(depth);
      pieces.push_back(std::move(program_));
    } while (!failed_ && accept('|'));
    program_ = before;
    std::vector<std::size_t> jumps;
    for (std::size_t i = 0; i < pieces.size() && !failed_; ++i) {
      const bool last = i + 1 == pieces.size();
      const auto split = program_.size();
      if (!last) emit({Step::Kind::split, false, {}, split + 1, split + pieces[i].size() + 2});
      append(pieces[i], 0);
      if (!last) jumps.push_back(emit({Step::Kind::jump, false, {}, 0, 0}));
    }
    if (failed_) return;
    for (const auto jump : jumps) program_[jump].next = program_.size();
  }

  /// Puts a piece that was written for `base` at the end.
  void append(const std::vector<Step>& piece, std::size_t base) {
    const auto start = program_.size();
    for (auto step : piece) {
      step.next += start - base;
      step.other += start - base;
      emit(std::move(step));
      if (failed_) return;
    }
  }

  void sequence(unsigned depth) {
    while (!failed_ && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      if (rest_.front() == '$') {
        if (rest_.size() == 1 && depth == 0) return rest_.remove_prefix(1);
        return fail(1, "`$` stands elsewhere than at the end", "write `\\$` for the character");
      }
      const auto start = program_.size();
      atom(depth);
      repeat(start);
    }
  }

  void atom(unsigned depth) {
    switch (rest_.front()) {
      case '(':
        return group(depth);
      case '[':
        return char_class();
      case '.':
        rest_.remove_prefix(1);
        return emit_set({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}, true);
      case '\\': {
        bool negated = false;
        auto set = escape(negated, false);
        return emit_set(std::move(set), negated);
      }
      case '*':
      case '+':
      case '?':
        return fail(1, concat("nothing that `", rest_.front(), "` could repeat"),
                    concat("write `\\", rest_.front(), "` for the character"));
      case '{':
      case '}':
      case ']':
      case '^':
        return fail(1, concat("`", rest_.front(), "` has no meaning here"),
                    concat("write `\\", rest_.front(), "` for the character"));
      default: {
        const auto point = take_code_point(rest_);
        return emit_set({{point, point}}, false);
      }
    }
  }

  void group(unsigned depth) {
    const auto start = text_.size() - rest_.size();
    rest_.remove_prefix(1);
    if (depth == deepest) return fail(1, "groups are nested too deep", "");
    if (rest_.starts_with("?:")) {
      rest_.remove_prefix(2);
    } else if (rest_.starts_with("?")) {
      return fail_at(start, 3, "look-around, named groups and flags are not in both languages",
                     "only `(…)` and `(?:…)`");
    }
    alternatives(depth + 1);
    if (!failed_ && !accept(')'))
      fail_at(start, 1, "a `(` that is never closed", "write `\\(` for the character");
  }

  /// The set that an escape stands for.
  std::vector<Range> escape(bool& negated, bool in_class) {
    const auto start = text_.size() - rest_.size();
    rest_.remove_prefix(1);
    if (rest_.empty()) {
      fail_at(start, 1, "a `\\` at the end", "write `\\\\` for the character");
      return {};
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    const std::string_view classes = "DWS";
    negated = classes.find(c) != classes.npos;
    if (negated && in_class) {
      fail_at(start, 2, concat("`\\", c, "` inside `[…]`"), "negate the class: `[^…]`");
      return {};
    }
    switch (c) {
      case 'd':
      case 'D':
        return {{'0', '9'}};
      case 'w':
      case 'W':
        return {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
      case 's':
      case 'S':
        return {{'\t', '\r'}, {' ', ' '}};
      case 'n':
        return {{'\n', '\n'}};
      case 'r':
        return {{'\r', '\r'}};
      case 't':
        return {{'\t', '\t'}};
      default:
        break;
    }
    constexpr std::string_view literal = "\\^$.|?*+()[]{}/-";
    if (literal.find(c) == literal.npos) {
      fail_at(start, 2,
              concat("the escape `\\",
                     std::string_view(&c, static_cast<unsigned char>(c) < 0x80 ? 1 : 0),
                     "` is not in both languages"),
              c >= '1' && c <= '9' ? "no group can be referred to" : "");
      return {};
    }
    const auto point = static_cast<char32_t>(c);
    return {{point, point}};
  }

  void char_class() {
    const auto start = text_.size() - rest_.size();
    rest_.remove_prefix(1);
    const bool negated = accept('^');
    std::vector<Range> set;
    while (!failed_ && !rest_.empty() && rest_.front() != ']') class_item(set);
    if (failed_) return;
    if (!accept(']'))
      return fail_at(start, 1, "a `[` that is never closed", "write `\\[` for the character");
    if (set.empty()) return fail_at(start, 2, "a class of no characters", "");
    emit_set(std::move(set), negated);
  }

  void class_item(std::vector<Range>& set) {
    const auto start = text_.size() - rest_.size();
    const auto one = [&]() -> std::vector<Range> {
      bool ignored = false;
      if (rest_.front() == '\\') return escape(ignored, true);
      if (rest_.front() == '[') {
        fail(1, "a `[` inside `[…]`", "write `\\[`");
        return {};
      }
      const auto point = take_code_point(rest_);
      return {{point, point}};
    };
    auto first = one();
    const bool is_range = rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']';
    if (failed_ || !is_range) {
      set.insert(set.end(), first.begin(), first.end());
      return;
    }
    rest_.remove_prefix(1);
    auto last = one();
    if (failed_) return;
    const auto single = [](const std::vector<Range>& each) {
      return each.size() == 1 && each[0].first == each[0].last;
    };
    if (!single(first) || !single(last) || first[0].first > last[0].first) {
      return fail_at(start, text_.size() - rest_.size() - start, "a range that holds nothing", "");
    }
    set.push_back({first[0].first, last[0].first});
  }

  bool number(std::uint32_t& out) {
    std::size_t digits = 0;
    out = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      out = std::min(out * 10 + static_cast<std::uint32_t>(rest_.front() - '0'), most_repeats + 1);
      rest_.remove_prefix(1);
      ++digits;
    }
    return digits > 0;
  }

  void repeat(std::size_t start) {
    if (failed_ || rest_.empty()) return;
    const auto mark = text_.size() - rest_.size();
    std::uint32_t least = 0;
    std::uint32_t most = unbounded;
    if (accept('+')) {
      least = 1;
    } else if (accept('?')) {
      most = 1;
    } else if (accept('{')) {
      const bool good = number(least);
      const bool open = accept(',');
      most = least;
      if (open && !number(most)) most = unbounded;
      if (!good || !accept('}') || least > most || least > most_repeats ||
          (most != unbounded && most > most_repeats)) {
        return fail_at(mark, text_.size() - rest_.size() - mark + (rest_.empty() ? 0 : 1),
                       "a repeat that is not one", "{3}, {2,} or {2,5}, up to 1000");
      }
    } else if (!accept('*')) {
      return;
    }
    if (!rest_.empty() && std::string_view("*+?{").find(rest_.front()) != std::string_view::npos) {
      return fail(1, "a repeat of a repeat", "a whole text matches either way: no `?` needed");
    }
    unroll(start, least, most);
  }

  /// The piece from `start` on, `least` to `most` times.
  void unroll(std::size_t start, std::uint32_t least, std::uint32_t most) {
    const std::vector<Step> piece(program_.begin() + static_cast<std::ptrdiff_t>(start),
                                  program_.end());
    program_.resize(start);
    for (std::uint32_t i = 0; i < least && !failed_; ++i) append(piece, start);
    if (failed_) return;
    if (most == unbounded) {
      const auto split = emit({Step::Kind::split, false, {}, program_.size() + 1, 0});
      append(piece, start);
      emit({Step::Kind::jump, false, {}, split, 0});
      if (!failed_) program_[split].other = program_.size();
      return;
    }
    std::vector<std::size_t> splits;
    for (std::uint32_t i = least; i < most && !failed_; ++i) {
      splits.push_back(emit({Step::Kind::split, false, {}, program_.size() + 1, 0}));
      append(piece, start);
    }
    if (failed_) return;
    for (const auto split : splits) program_[split].other = program_.size();
  }

  std::string_view text_;
  std::string_view rest_;
  std::vector<Step> program_;
  Pattern::Parsed result_;
  bool failed_ = false;
};

Pattern::Parsed Pattern::parse(std::string_view text) {
  return PatternParser(text).parse();
}

Pattern Pattern::of(std::string_view text) {
  return parse(text).pattern.value_or(Pattern());
}

bool Pattern::matches(std::string_view text) const {
  if (program_.empty()) return true;
  std::vector<std::size_t> now;
  std::vector<std::size_t> then;
  std::vector<std::size_t> marks(program_.size(), 0);  // the turn in which a step was added last
  std::size_t turn = 0;
  std::vector<std::size_t> open;
  const auto add = [&](std::vector<std::size_t>& to, std::size_t first) {
    open.push_back(first);
    while (!open.empty()) {
      const auto at = open.back();
      open.pop_back();
      if (marks[at] == turn) continue;
      marks[at] = turn;
      const auto& step = program_[at];
      if (step.kind == Step::Kind::split) open.push_back(step.other);
      if (step.kind == Step::Kind::split || step.kind == Step::Kind::jump) {
        open.push_back(step.next);
      } else {
        to.push_back(at);
      }
    }
  };
  ++turn;
  add(now, 0);
  while (!text.empty()) {
    const auto point = take_code_point(text);
    ++turn;
    then.clear();
    for (const auto at : now) {
      const auto& step = program_[at];
      if (step.kind != Step::Kind::set) continue;
      const bool in = std::any_of(step.set.begin(), step.set.end(), [point](const Range& range) {
        return range.first <= point && point <= range.last;
      });
      if (in != step.negated) add(then, step.next);
    }
    now.swap(then);
  }
  return std::any_of(now.begin(), now.end(),
                     [this](std::size_t at) { return program_[at].kind == Step::Kind::done; });
}

}  // namespace kameo

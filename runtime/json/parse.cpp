#include <kameo/json/value.hpp>

#include <kameo/utf8.hpp>

#include <algorithm>
#include <optional>

namespace kameo::json {
namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// -1 for what is no hexadecimal digit.
int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  const auto tail = [&put](char32_t bits) { put(0x80U | (bits & 0x3FU)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0U | (point >> 6U));
    return tail(point);
  }
  if (point < 0x10000) {
    put(0xE0U | (point >> 12U));
  } else {
    put(0xF0U | (point >> 18U));
    tail(point >> 12U);
  }
  tail(point >> 6U);
  tail(point);
}

const std::string* repeated_name(const Value::Object& members) {
  std::vector<const std::string*> names;
  names.reserve(members.size());
  for (const auto& member : members) names.push_back(&member.name);
  const auto by_text = [](const auto* a, const auto* b) { return *a < *b; };
  std::sort(names.begin(), names.end(), by_text);
  const auto same = [](const auto* a, const auto* b) { return *a == *b; };
  const auto found = std::adjacent_find(names.begin(), names.end(), same);
  return found == names.end() ? nullptr : *found;
}

/// Reads RFC 8259 and nothing else. Every function gives false once something is wrong. Our own,
/// since libraries turn integers beyond 64 bits into doubles and let the last of two equal keys
/// win, and since the Python extension is built where no library is.
class Parser {
 public:
  Parser(std::string_view text, ParseLimits limits) : text_(text), limits_(limits) {}

  Result<Value> parse() {
    Value root;
    blanks();
    if (value(root)) {
      blanks();
      if (at_ != text_.size()) wrong("expected the end of the text");
    }
    if (error_) return *error_;
    return root;
  }

 private:
  /// The line and column, in code points, of the byte at `at_`.
  bool wrong(std::string_view what) {
    const auto before = text_.substr(0, at_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto start = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto column =
        1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(start), before.end(),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    return stop(fail(errc::invalid_argument, "not JSON: parse error at line ", line, ", column ",
                     column, ": ", what, at_ == text_.size() ? ", but the text ends" : ""));
  }
  bool stop(Error error) {
    if (!error_) error_ = std::move(error);
    return false;
  }

  [[nodiscard]] bool is_at(char wanted) const noexcept {
    return at_ < text_.size() && text_[at_] == wanted;
  }
  bool take(char wanted) noexcept {
    if (!is_at(wanted)) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) noexcept {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void blanks() noexcept {
    while (is_at(' ') || is_at('\t') || is_at('\n') || is_at('\r')) ++at_;
  }

  bool value(Value& out) {
    if (is_at('"')) {
      std::string text;
      if (!string(text)) return false;
      out = Value(std::move(text));
      return true;
    }
    if (is_at('{')) return nested([&] { return object(out); });
    if (is_at('[')) return nested([&] { return array(out); });
    if (is_at('-') || (at_ < text_.size() && is_digit(text_[at_]))) return number(out);
    if (take("null")) return true;
    if (take("true")) {
      out = Value(true);
      return true;
    }
    if (take("false")) {
      out = Value(false);
      return true;
    }
    return wrong("expected a value");
  }

  template <class Body>
  bool nested(Body&& body) {
    if (depth_ == limits_.depth) {
      return stop(
          fail(errc::over_limit, "JSON nested deeper than ParseLimits::depth, ", limits_.depth));
    }
    ++depth_;
    ++at_;  // the bracket
    blanks();
    const bool good = body();
    --depth_;
    return good;
  }

  bool array(Value& out) {
    Value::Array items;
    if (!take(']')) {
      do {
        blanks();
        if (!value(items.emplace_back())) return false;
        blanks();
      } while (take(','));
      if (!take(']')) return wrong("expected `,` or `]`");
    }
    out = Value(std::move(items));
    return true;
  }

  bool object(Value& out) {
    Value::Object members;
    if (!take('}')) {
      do {
        blanks();
        if (!is_at('"')) return wrong("expected a key in double quotes");
        auto& member = members.emplace_back();
        if (!string(member.name)) return false;
        blanks();
        if (!take(':')) return wrong("expected `:`");
        blanks();
        if (!value(member.value)) return false;
        blanks();
      } while (take(','));
      if (!take('}')) return wrong("expected `,` or `}`");
    }
    if (const auto* name = repeated_name(members)) {
      std::string shown;
      append_string(shown, *name);
      return stop(fail(errc::invalid_argument, "the key ", shown, " stands twice in one object"));
    }
    out = Value(std::move(members));
    return true;
  }

  bool digits() {
    if (at_ == text_.size() || !is_digit(text_[at_])) return wrong("expected a digit");
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return true;
  }

  bool number(Value& out) {
    const auto start = at_;
    (void)take('-');
    if (!take('0') && !digits()) return false;
    if (at_ < text_.size() && is_digit(text_[at_])) {
      return wrong("a number does not start with 0: expected no digit");
    }
    if (take('.') && !digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) (void)take('-');
      if (!digits()) return false;
    }
    out = Value(Value::Number{std::string(text_.substr(start, at_ - start))});
    return true;
  }

  bool string(std::string& out) {
    ++at_;  // the quote
    while (true) {
      const auto start = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
             static_cast<unsigned char>(text_[at_]) >= 0x20) {
        ++at_;
      }
      out += text_.substr(start, at_ - start);
      if (take('"')) return true;
      if (!is_at('\\')) {
        return wrong(at_ == text_.size() ? "expected `\"`"
                                         : "control characters in text are written as \\u: one");
      }
      if (!escape(out)) return false;
    }
  }

  bool escape(std::string& out) {
    constexpr std::string_view written = "\"\\/bfnrt";
    constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
    const auto next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (next == 'u') return unicode(out);
    const auto which = written.find(next);
    if (which == std::string_view::npos) return wrong("expected an escape that JSON has");
    out += meant[which];
    at_ += 2;
    return true;
  }

  bool unicode(std::string& out) {
    char32_t point = 0;
    const auto start = at_;
    if (!code_unit(point)) return false;
    const auto is_surrogate = [](char32_t unit, char32_t first) {
      return unit >= first && unit < first + 0x400;
    };
    char32_t low = 0;
    if (is_surrogate(point, 0xD800) && text_.substr(at_).starts_with("\\u")) {
      if (!code_unit(low)) return false;
    }
    if (is_surrogate(point, 0xD800) && is_surrogate(low, 0xDC00)) {
      point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
    } else if (is_surrogate(point, 0xD800) || is_surrogate(point, 0xDC00)) {
      at_ = start;
      return wrong("half of a surrogate pair");
    }
    append_utf8(out, point);
    return true;
  }

  bool code_unit(char32_t& unit) {
    at_ += 2;  // the backslash and the u
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = at_ < text_.size() ? hex_digit(text_[at_]) : -1;
      if (digit < 0) return wrong("expected four hexadecimal digits");
      unit = unit << 4U | static_cast<char32_t>(digit);
    }
    return true;
  }

  std::string_view text_;
  ParseLimits limits_;
  std::size_t at_ = 0;
  std::uint32_t depth_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Value> parse(std::string_view text, ParseLimits limits) {
  if (const auto good = utf8_valid_prefix(text); good != text.size()) {
    return fail(errc::invalid_argument, "not JSON: not UTF-8, at its byte ", good);
  }
  return Parser(text, limits).parse();
}

}  // namespace kameo::json

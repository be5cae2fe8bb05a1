#include "type_spelling.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace kameo::idl {
namespace {

using schema::Kind;

constexpr std::size_t deepest = 32;
constexpr std::size_t most_dimensions = 8;
constexpr std::size_t most_tuple_parts = 64;

bool is_word_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

std::optional<Kind> builtin(std::string_view word) {
  for (std::size_t i = 0; i + 1 < schema::kind_count; ++i) {
    if (const auto kind = static_cast<Kind>(i); to_string(kind) == word) return kind;
  }
  return std::nullopt;
}

std::string_view example(Kind kind) noexcept {
  switch (kind) {
    case Kind::optional:
      return "optional<T>";
    case Kind::list:
      return "list<T>";
    case Kind::set:
      return "set<T>";
    case Kind::map:
      return "map<K; V>";
    case Kind::fixed_array:
      return "fixed<T; 4>";
    case Kind::tuple:
      return "tuple<A; B>";
    case Kind::numeric_array:
      return "array<f64> or array<f64; 3x5>";
    default:
      return "";
  }
}

/// Recursive descent; gives up at the first error: what follows a broken bracket is guesswork.
class Parser {
 public:
  Parser(const Node& scalar, Report& report)
      : scalar_(scalar), text_(scalar.text), report_(report) {}

  TypeExpr parse() {
    auto type = parse_one(0);
    skip_blanks();
    if (!failed_ && at_ < text_.size()) {
      if (text_[at_] == '>') {
        fail(Code::bad_type, at_, 1, "a `>` without its `<`", "remove it");
      } else if (text_[at_] == '?') {
        fail(Code::bad_type, at_, 1, "`?` marks nothing here",
             concat("write `optional<", text_.substr(0, at_), ">`"));
      } else if (text_.substr(at_).starts_with("[]")) {
        fail(Code::bad_type, at_, 2, "`[]` marks nothing here",
             concat("write `list<", text_.substr(0, at_), ">`"));
      } else {
        fail(Code::bad_type, at_, text_.size() - at_,
             concat("`", excerpt(text_.substr(at_)), "` after the end of the type"), "");
      }
    }
    type.bad = failed_;
    return type;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  bool accept(char wanted) {
    skip_blanks();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  [[nodiscard]] std::size_t word_end() const {
    auto end = at_;
    while (end < text_.size() && is_word_char(text_[end])) ++end;
    return end;
  }

  void fail(Code code, std::size_t offset, std::size_t length, std::string message,
            std::string hint) {
    if (failed_) return;
    failed_ = true;
    report_
        .error(code, part_of(scalar_, offset, std::max<std::size_t>(length, 1)), std::move(message))
        .hint(std::move(hint));
  }

  TypeExpr parse_one(std::size_t depth) {
    TypeExpr type;
    skip_blanks();
    const auto start = at_;
    const auto end = word_end();
    type.place = part_of(scalar_, start, end - start);
    if (depth > deepest) {
      fail(Code::bad_type, start, end - start, "a type with too many types inside each other",
           "give the inner ones names of their own");
      return type;
    }
    if (start == end) {
      if (start == text_.size()) {
        fail(Code::bad_type, start, 1, "a type is missing here", "");
      } else {
        fail(Code::bad_type, start, 1,
             concat("`", excerpt(text_.substr(start, 1)), "` cannot begin a type"), "");
      }
      return type;
    }
    const auto word = std::string(text_.substr(start, end - start));
    at_ = end;
    const auto kind = builtin(word);
    if (kind && schema::is_scalar(*kind)) {
      type.kind = *kind;
      if (accept('<')) {
        fail(Code::wrong_arguments, start, at_ - start, concat("`", word, "` takes no arguments"),
             concat("write `", word, "`"));
      }
      return type;
    }
    if (!kind) {
      type.kind = Kind::named;
      type.name = word;
      if (accept('<')) {
        fail(Code::wrong_arguments, start, end - start,
             concat("`", excerpt(word), "` takes no arguments"),
             "only optional, list, set, map, tuple, fixed and array do");
      }
      return type;
    }
    type.kind = *kind;
    if (!accept('<')) {
      fail(Code::wrong_arguments, start, end - start, concat("`", word, "` needs its arguments"),
           concat("write ", example(*kind)));
      return type;
    }
    parse_arguments(type, word, start, depth);
    return type;
  }

  void parse_arguments(TypeExpr& type, const std::string& word, std::size_t start,
                       std::size_t depth) {
    const bool sized = type.kind == Kind::fixed_array || type.kind == Kind::numeric_array;
    const std::size_t wanted = type.kind == Kind::map ? 2 : 1;
    for (;;) {
      if (sized && type.args.size() == 1) {
        parse_dimensions(type);
      } else {
        type.args.push_back(parse_one(depth + 1));
      }
      if (failed_) return;
      skip_blanks();
      if (accept('>')) break;
      if (at_ < text_.size() && text_[at_] == ',') {
        auto mended = std::string(text_);
        std::replace(mended.begin(), mended.end(), ',', ';');
        return fail(Code::comma_in_type, at_, 1, "a comma between the arguments of a type",
                    concat("write `", mended, "`"));
      }
      if (!accept(';')) {
        return at_ == text_.size()
                   ? fail(Code::bad_type, start, word.size(),
                          concat("the `<` of `", word, "` is not closed"), "add a `>`")
                   : fail(Code::bad_type, at_, 1, "expected `;` or `>` here", "");
      }
      if (type.kind != Kind::tuple && !sized && type.args.size() == wanted)
        return too_many(type, word);
      if (sized && !type.dims.empty()) return too_many(type, word);
      if (type.args.size() == most_tuple_parts) {
        return fail(Code::wrong_arguments, start, word.size(),
                    concat("a tuple of more than ", most_tuple_parts, " parts"),
                    "make it a struct");
      }
    }
    if (type.args.size() < wanted || (type.kind == Kind::fixed_array && type.dims.empty())) {
      fail(Code::wrong_arguments, start, at_ - start, concat("`", word, "` needs two arguments"),
           concat("write ", example(type.kind)));
    }
  }

  void too_many(const TypeExpr& type, const std::string& word) {
    skip_blanks();
    const auto end = text_.find('>', at_);
    fail(Code::wrong_arguments, at_, std::min(end, text_.size()) - at_,
         concat("too many arguments for `", word, "`"), concat("write ", example(type.kind)));
  }

  void parse_dimensions(TypeExpr& type) {
    skip_blanks();
    const bool fixed = type.kind == Kind::fixed_array;
    const auto start = at_;
    const auto end = std::min(text_.find_first_of("<>;, \t", start), text_.size());
    auto words = text_.substr(start, end - start);
    const auto bad = [&](std::string message) {
      fail(Code::bad_dimensions, start, end - start, std::move(message),
           concat("write ", example(type.kind), fixed ? "" : " or array<f64; *x5>"));
    };
    at_ = end;
    for (;;) {
      const auto cut = std::min(words.find('x'), words.size());
      const auto word = words.substr(0, cut);
      std::uint32_t length = 0;
      const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), length);
      const bool is_number = error == std::errc() && stop == word.data() + word.size();
      if (word == "*" && !fixed) {
        length = 0;
      } else if (!is_number) {
        return bad(word.empty() ? "a length is missing"
                                : concat("`", excerpt(word), "` is no length"));
      } else if (length == 0) {
        return bad("a length of 0 carries nothing");
      }
      type.dims.push_back(length);
      if (cut == words.size()) break;
      words.remove_prefix(cut + 1);
    }
    if (fixed && type.dims.size() > 1) {
      return bad("a fixed array has one length; array<…> has several");
    }
    if (type.dims.size() > most_dimensions) {
      return bad(concat("more than ", most_dimensions, " dimensions"));
    }
  }

  const Node& scalar_;
  std::string_view text_;
  Report& report_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

const std::vector<std::string>& type_words() {
  static const auto words = [] {
    std::vector<std::string> all;
    for (std::size_t i = 0; i + 1 < schema::kind_count; ++i) {
      all.emplace_back(to_string(static_cast<Kind>(i)));
    }
    return all;
  }();
  return words;
}

TypeExpr parse_type(const Node& scalar, Report& report) {
  return Parser(scalar, report).parse();
}

}  // namespace kameo::idl

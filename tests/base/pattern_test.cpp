#include <catch2/catch.hpp>

#include <kameo/pattern.hpp>

#include <regex>
#include <string>

namespace kameo {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto parsed = Pattern::parse(pattern);
  INFO(pattern << ": " << parsed.message);
  REQUIRE(parsed.pattern);
  return parsed.pattern->matches(text);
}

}  // namespace

TEST_CASE("a pattern matches the whole text", "[schema][pattern]") {
  CHECK(matches("abc", "abc"));
  CHECK_FALSE(matches("abc", "abcd"));
  CHECK_FALSE(matches("b", "abc"));
  CHECK(matches("^abc$", "abc"));
  CHECK(matches("", ""));
  CHECK_FALSE(matches("", "a"));
}

TEST_CASE("classes, escapes and code points", "[schema][pattern]") {
  CHECK(matches("[a-c_]+", "ab_c"));
  CHECK_FALSE(matches("[^a-c]", "b"));
  CHECK(matches("[^a-c]", "🦀"));
  CHECK(matches("...", "é世🦀"));
  CHECK_FALSE(matches(".", "\n"));
  CHECK(matches("\\d\\w\\s\\D\\W\\S", "1_ a-b"));
  CHECK(matches("[\\]\\-]{2}", "]-"));
  CHECK(matches("a\\.b", "a.b"));
  CHECK_FALSE(matches("a\\.b", "axb"));
  CHECK(matches("[ä-ü]", "ö"));
}

TEST_CASE("what a pattern matches is what std::regex matches", "[schema][pattern]") {
  const char* patterns[] = {"a|b|cd",       "(a|b)*c",     "a?b?c?",        "(ab|a)(bc|c)",
                            "a{2}",         "a{1,}b",      "(a{1,2}b){2}",  "(?:a|(b|c)+)d",
                            "x(y|z(a|b)|)", "(a|b|)(c|)d", "((a|b)|(c|d))", "a+b*c?d{0,1}"};
  std::string letters = "abcdxyz";
  for (const auto* pattern : patterns) {
    const std::regex reference(pattern);
    // Every text of up to five letters of the pattern's alphabet.
    std::vector<std::string> texts{""};
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const auto text = texts[i];
      if (matches(pattern, text) != std::regex_match(text, reference)) {
        FAIL_CHECK(pattern << " differs on '" << text << "'");
      }
      if (text.size() < 4) {
        for (const char letter : letters) texts.push_back(text + letter);
      }
    }
  }
}

TEST_CASE("a pattern that others take exponential time for takes linear time",
          "[schema][pattern]") {
  CHECK_FALSE(matches("(a*)*b", std::string(5000, 'a')));
  CHECK_FALSE(matches("(a|a)*b", std::string(5000, 'a')));
  CHECK(matches("(a?){500}a{500}", std::string(500, 'a')));
}

TEST_CASE("a text that is no pattern is told with its place", "[schema][pattern]") {
  const auto parsed = Pattern::parse("ab(c");
  CHECK_FALSE(parsed.pattern);
  CHECK(parsed.offset == 2);
  CHECK(parsed.message == "a `(` that is never closed");
  for (const auto* bad : {"*a", "a**", "a{2", "a{3,2}", "[", "[]", "[b-a]", "(?=a)", "\\1", "\\",
                          "a)", "a^b", "a$b", "a{1001}", "{", "]", "\\p{L}", "[a[b]", "(?i)a"}) {
    INFO(bad);
    CHECK_FALSE(Pattern::parse(bad).pattern);
  }
  CHECK_FALSE(Pattern::parse(std::string(200, '(')).pattern);
}

}  // namespace kameo

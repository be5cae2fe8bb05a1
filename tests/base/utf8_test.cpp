#include <kameo/utf8.hpp>

#include <catch2/catch.hpp>

#include <cstdint>
#include <string>

using namespace kameo;

namespace {

/// The one well-formed form of a code point, surrogates too.
std::string encoded(std::uint32_t point) {
  const auto tail = [&](unsigned shift) {
    return static_cast<char>(0x80U | ((point >> shift) & 0x3FU));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0U | (point >> 6U)), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xE0U | (point >> 12U)), tail(6), tail(0)};
  return {static_cast<char>(0xF0U | (point >> 18U)), tail(12), tail(6), tail(0)};
}

}  // namespace

TEST_CASE("every code point but the surrogates is text, and no part of one is", "[utf8]") {
  for (std::uint32_t point = 0; point <= 0x10FFFF; ++point) {
    const auto text = encoded(point);
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (is_utf8(text) == surrogate) FAIL("code point " << point);
    for (std::size_t size = 1; size < text.size(); ++size) {
      if (is_utf8(text.substr(0, size))) FAIL("part of code point " << point);
    }
  }
}

TEST_CASE("overlong forms, lone bytes and what lies beyond U+10FFFF are not text", "[utf8]") {
  const auto* text =
      GENERATE("\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
               "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
               "\xFE", "\xFF", "\xC3(", "\xE2\x82(");
  CHECK(utf8_valid_prefix(text) == 0);
}

TEST_CASE("the valid prefix ends at the bad byte wherever it stands", "[utf8]") {
  // Around the eight bytes that are looked at in one step.
  for (std::size_t at = 0; at < 40; ++at) {
    std::string text(40, 'a');
    text[at] = '\xFF';
    CHECK(utf8_valid_prefix(text) == at);
  }
  CHECK(utf8_valid_prefix("") == 0);
  CHECK(utf8_valid_prefix("12345678") == 8);
  CHECK(utf8_valid_prefix("1234567\xC3\xA4") == 9);
  CHECK(utf8_valid_prefix("1234567\xC3") == 7);
}

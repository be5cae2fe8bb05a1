#include "names.hpp"

#include <algorithm>
#include <array>

namespace kameo::codegen {
namespace {

// Not std::isupper and friends: they ask the locale, and the same input must make the same output.
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr auto cpp_keywords = std::to_array<std::string_view>(
    {"alignas",   "alignof",      "and",           "and_eq",
     "asm",       "auto",         "bitand",        "bitor",
     "bool",      "break",        "case",          "catch",
     "char",      "char16_t",     "char32_t",      "char8_t",
     "class",     "co_await",     "co_return",     "co_yield",
     "compl",     "concept",      "const",         "const_cast",
     "consteval", "constexpr",    "constinit",     "continue",
     "decltype",  "default",      "delete",        "do",
     "double",    "dynamic_cast", "else",          "enum",
     "errno",     "explicit",     "export",        "extern",
     "false",     "float",        "for",           "friend",
     "goto",      "if",           "inline",        "int",
     "long",      "mutable",      "namespace",     "new",
     "noexcept",  "not",          "not_eq",        "nullptr",
     "operator",  "or",           "or_eq",         "private",
     "protected", "public",       "register",      "reinterpret_cast",
     "requires",  "return",       "short",         "signed",
     "sizeof",    "static",       "static_assert", "static_cast",
     "stderr",    "stdin",        "stdout",        "struct",
     "switch",    "template",     "this",          "thread_local",
     "throw",     "true",         "try",           "typedef",
     "typeid",    "typename",     "union",         "unsigned",
     "using",     "virtual",      "void",          "volatile",
     "wchar_t",   "while",        "xor",           "xor_eq",
     "assert",    "linux",        "unix"});

// `match`, `case`, `type` and `_` are keywords only where a statement begins.
constexpr auto python_keywords = std::to_array<std::string_view>(
    {"False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
     "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
     "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
     "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"});

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class Keywords>
std::string avoid(std::string name, const Keywords& keywords,
                  std::span<const std::string_view> taken) {
  if (contains(keywords, name) || contains(taken, name)) name += '_';
  return name;
}

}  // namespace

std::string snake_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (is_upper(name[i]) && i > 0 && name[i - 1] != '_') {
      // A word starts after a small letter or digit, and at the last capital of `HTTPServer`.
      const bool after_word = !is_upper(name[i - 1]);
      const bool before_word = i + 1 < name.size() && is_lower(name[i + 1]);
      if (after_word || before_word) out += '_';
    }
    out += to_lower(name[i]);
  }
  return out;
}

std::string pascal_case(std::string_view name) {
  std::string out;
  bool start = true;
  for (const char c : name) {
    if (c == '_') {
      start = true;
      continue;
    }
    out += start ? to_upper(c) : c;
    start = false;
  }
  return out;
}

std::string upper_case(std::string_view name) {
  auto out = snake_case(name);
  std::transform(out.begin(), out.end(), out.begin(), to_upper);
  return out;
}

std::string cpp_name(std::string name, std::span<const std::string_view> taken) {
  return avoid(std::move(name), cpp_keywords, taken);
}

std::string python_name(std::string name, std::span<const std::string_view> taken) {
  return avoid(std::move(name), python_keywords, taken);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string replace_dots(std::string_view dotted, std::string_view with) {
  std::string out;
  for (const char c : dotted) {
    if (c == '.') {
      out += with;
    } else {
      out += c;
    }
  }
  return out;
}

std::string file_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace kameo::codegen

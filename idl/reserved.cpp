#include "names.hpp"

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

// C++20, [lex.key] and [lex.operator], and macros that a standard header or GNU mode defines.
constexpr std::array cpp_words =
    std::to_array<std::string_view>({"alignas",       "alignof",      "and",
                                     "and_eq",        "asm",          "assert",
                                     "auto",          "bitand",       "bitor",
                                     "bool",          "break",        "case",
                                     "catch",         "char",         "char16_t",
                                     "char32_t",      "char8_t",      "class",
                                     "co_await",      "co_return",    "co_yield",
                                     "compl",         "concept",      "const",
                                     "const_cast",    "consteval",    "constexpr",
                                     "constinit",     "continue",     "decltype",
                                     "default",       "delete",       "do",
                                     "double",        "dynamic_cast", "else",
                                     "enum",          "errno",        "explicit",
                                     "export",        "extern",       "false",
                                     "float",         "for",          "friend",
                                     "goto",          "if",           "inline",
                                     "int",           "linux",        "long",
                                     "mutable",       "namespace",    "new",
                                     "noexcept",      "not",          "not_eq",
                                     "nullptr",       "operator",     "or",
                                     "or_eq",         "private",      "protected",
                                     "public",        "register",     "reinterpret_cast",
                                     "requires",      "return",       "short",
                                     "signed",        "sizeof",       "static",
                                     "static_assert", "static_cast",  "stderr",
                                     "stdin",         "stdout",       "struct",
                                     "switch",        "template",     "this",
                                     "thread_local",  "throw",        "true",
                                     "try",           "typedef",      "typeid",
                                     "typename",      "union",        "unix",
                                     "unsigned",      "using",        "virtual",
                                     "void",          "volatile",     "wchar_t",
                                     "while",         "xor",          "xor_eq"});

// Python 3.10 to 3.13: keyword.kwlist. The soft ones (match, case, type) may name an attribute.
constexpr std::array python_words = std::to_array<std::string_view>(
    {"False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
     "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
     "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
     "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"});

static_assert(std::is_sorted(cpp_words.begin(), cpp_words.end()));
static_assert(std::is_sorted(python_words.begin(), python_words.end()));

}  // namespace

std::string_view reserved_by(std::string_view word) noexcept {
  const bool cpp = std::binary_search(cpp_words.begin(), cpp_words.end(), word);
  const bool python = std::binary_search(python_words.begin(), python_words.end(), word);
  if (cpp && python) return "C++ and Python";
  if (cpp) return "C++";
  return python ? "Python" : "";
}

}  // namespace kameo::idl

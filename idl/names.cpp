#include "names.hpp"

#include <kameo/concat.hpp>

#include "display.hpp"

#include <algorithm>
#include <array>

namespace kameo::idl {
namespace {

bool is_lower(char c) noexcept {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) noexcept {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_pascal(std::string_view text) noexcept {
  return !text.empty() && is_upper(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_upper(c) || is_digit(c); });
}

bool is_snake(std::string_view text) noexcept {
  if (text.empty() || !is_lower(text.front()) || text.back() == '_') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_lower(c) && !is_digit(c) && c != '_') return false;
    if (c == '_' && text[i - 1] == '_') return false;
  }
  return true;
}

/// The same words in the other casing; empty where that makes no name.
std::string recased(std::string_view text, bool pascal) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x80) return {};  // no letter to put in its place
    if (!is_lower(c) && !is_upper(c) && !is_digit(c)) {
      if (!out.empty() && out.back() != '_') out += '_';
    } else if (is_upper(c)) {
      const bool starts_word =
          i > 0 && (is_lower(text[i - 1]) || is_digit(text[i - 1]) ||
                    (is_upper(text[i - 1]) && i + 1 < text.size() && is_lower(text[i + 1])));
      if (starts_word && !out.empty() && out.back() != '_') out += '_';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  if (pascal) out = pascal_case(out);
  return pascal ? (is_pascal(out) ? out : std::string()) : (is_snake(out) ? out : std::string());
}

std::string with_article(NameOf of) {
  const auto word = to_string(of);
  return concat(word.front() == 'a' || word.front() == 'e' ? "an " : "a ", word);
}

bool wants_pascal(NameOf of) noexcept {
  return of == NameOf::type || of == NameOf::actor || of == NameOf::callback;
}

bool check_letters(const Node& node, std::string_view text, std::size_t offset, NameOf of,
                   Report& report) {
  constexpr std::size_t longest = 100;
  const bool pascal = wants_pascal(of);
  const auto place = part_of(node, offset, std::max<std::size_t>(text.size(), 1));
  if (text.empty()) {
    report.error(Code::bad_name, place, concat("the name of ", with_article(of), " is missing"));
    return false;
  }
  if (text.size() > longest) {
    report.error(
        Code::bad_name, place,
        concat("the name of ", with_article(of), " has more than ", longest, " characters"));
    return false;
  }
  if (pascal ? is_pascal(text) : is_snake(text)) return true;
  const auto better = recased(text, pascal);
  const std::string_view style = pascal ? "PascalCase" : "snake_case";
  auto said = report.error(
      Code::bad_name, place,
      concat("`", excerpt(text), "` cannot name ", with_article(of), ": that takes ", style));
  if (is_digit(text.front())) {
    said.hint("a name starts with a letter");
  } else if (!better.empty()) {
    said.hint(concat("write `", better, "`"));
  } else {
    said.hint(concat("ASCII letters and digits, as in `", pascal ? "OrderBook`" : "order_book`"));
  }
  return false;
}

bool check_reserved(const Node& node, std::string_view text, std::size_t offset, NameOf of,
                    Report& report) {
  const auto language = reserved_by(text);
  // An actor of a pool file is named in logs and on the command line, not in code.
  if (language.empty() || of == NameOf::pool_actor) return true;
  report
      .error(Code::reserved_word, part_of(node, offset, text.size()),
             concat("`", text, "` is a reserved word of ", language))
      .hint(concat("another name, such as `", text, wants_pascal(of) ? "Value`" : "_value`"));
  return false;
}

}  // namespace

std::string_view to_string(NameOf of) noexcept {
  switch (of) {
    case NameOf::type:
      return "type";
    case NameOf::actor:
      return "actor";
    case NameOf::callback:
      return "callback";
    case NameOf::field:
      return "field";
    case NameOf::enum_value:
      return "enum value";
    case NameOf::variant:
      return "variant";
    case NameOf::handler:
      return "handler";
    case NameOf::module:
      return "callback module";
    case NameOf::pool_actor:
      return "actor";
    case NameOf::package:
      break;
  }
  return "package";
}

std::string snake_case(std::string_view pascal) {
  return recased(pascal, false);
}

std::string pascal_case(std::string_view snake) {
  std::string out;
  bool start = true;
  for (const char c : snake) {
    if (c == '_') {
      start = true;
    } else {
      out += start && is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
      start = false;
    }
  }
  return out;
}

bool is_yaml_word(std::string_view word) noexcept {
  // YAML 1.1 knows y and n too, but no reader in use takes them for anything but letters.
  constexpr auto words =
      std::to_array<std::string_view>({"yes", "no", "on", "off", "true", "false", "null"});
  const auto matches = [word](std::string_view each) {
    return word.size() == each.size() &&
           std::equal(word.begin(), word.end(), each.begin(),
                      [](char a, char b) { return a == b || a == b - 'a' + 'A'; });
  };
  return std::any_of(words.begin(), words.end(), matches);
}

bool looks_like_number(std::string_view text) noexcept {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text == ".inf" || text == ".Inf" || text == ".INF" || text == ".nan" || text == ".NaN" ||
      text == ".NAN") {
    return true;
  }
  const bool prefixed = text.starts_with("0x") || text.starts_with("0o") || text.starts_with("0b");
  if (prefixed) {
    return text.size() > 2 && std::all_of(text.begin() + 2, text.end(), [](char c) {
             return is_digit(c) || c == '_' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
  }
  std::size_t digits = 0;
  std::size_t at = 0;
  const auto skip_digits = [&] {
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '_' && digits > 0)); ++at)
      ++digits;
  };
  skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    skip_digits();
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const auto before = digits;
    skip_digits();
    if (digits == before) return false;
  }
  return at == text.size();
}

Name read_name(const Node& node, NameOf of, Report& report) {
  if (node.is_bad()) return {{}, node.place};
  if (!node.is_scalar() && !(node.is_null() && !node.text.empty())) {
    report.error(Code::wrong_kind, node.place,
                 concat("expected the name of ", with_article(of), ", got ", kind_name(node)));
    return {{}, node.place};
  }
  if (!node.quoted && is_yaml_word(node.text)) {
    report
        .error(Code::unquoted_word, node.place,
               concat("`", node.text, "` is ",
                      node.is_null() ? "nothing to YAML" : "a truth value to some YAML readers",
                      ", not a name"))
        .hint(reserved_by(node.text).empty() ? concat("write \"", node.text, "\"")
                                             : "choose another word");
    return {node.text, node.place};
  }
  if (!node.quoted && looks_like_number(node.text)) {
    report
        .error(Code::number_as_text, node.place,
               concat("`", excerpt(node.text), "` is a number to YAML, not a name"))
        .hint("a name starts with a letter");
    return {node.text, node.place};
  }
  std::size_t offset = 0;
  bool good = true;
  for (;;) {  // the parts of a package; of others the whole
    const auto rest = std::string_view(node.text).substr(offset);
    const auto part = of == NameOf::package ? rest.substr(0, rest.find('.')) : rest;
    good = check_letters(node, part, offset, of, report) &&
           check_reserved(node, part, offset, of, report);
    if (!good || part.size() == rest.size()) break;
    offset += part.size() + 1;
  }
  return {node.text, node.place};
}

}  // namespace kameo::idl

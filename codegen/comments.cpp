#include "comments.hpp"

#include "names.hpp"

#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include <optional>

namespace kameo::codegen {
namespace {

void add_sentence(std::string& text, const std::string& sentence, char separator = ' ') {
  if (sentence.empty()) return;
  if (!text.empty()) text += separator;
  text += sentence;
}

std::string capitalised(std::string text) {
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

template <class Bound>
std::string range(const std::optional<Bound>& low, const std::optional<Bound>& high,
                  std::string_view unit) {
  if (low && high && *low == *high) return concat(*low, unit);
  if (low && high) return concat(*low, " to ", *high, unit);
  if (low) return concat("at least ", *low, unit);
  if (high) return concat("at most ", *high, unit);
  return {};
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (text.empty()) return lines;
  for (const auto& paragraph : split(text, '\n')) {
    std::string line;
    for (const auto& word : split(paragraph, ' ')) {
      if (!line.empty() && line.size() + 1 + word.size() > width) {
        lines.push_back(std::move(line));
        line.clear();
      }
      add_sentence(line, word);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string with_deprecation(const std::string& doc, const std::string& deprecated) {
  auto text = doc;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (!deprecated.empty()) add_sentence(text, concat("Deprecated: ", deprecated), '\n');
  return text;
}

std::string limits_in_words(const schema::Limits& limits) {
  std::string text;
  const auto add = [&text](const std::string& part) {
    if (part.empty()) return;
    if (!text.empty()) text += "; ";
    text += part;
  };
  add(range(limits.min, limits.max, ""));
  if (limits.multiple_of) add(concat("a multiple of ", *limits.multiple_of));
  add(range(limits.min_length, limits.max_length, " long"));
  add(range(limits.min_items, limits.max_items, " items"));
  if (limits.pattern) add(concat("matches `", *limits.pattern, "`"));
  if (limits.unique) add("no element twice");
  return text;
}

std::string field_comment(const schema::Field& field) {
  auto text = field.doc;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (const auto limits = limits_in_words(field.limits); !limits.empty()) {
    text = text.empty() ? sentence(capitalised(limits)) : concat(text, " (", limits, ")");
  }
  return with_deprecation(text, field.deprecated);
}

std::string method_comment(const schema::Method& method) {
  auto text = method.doc;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::string facts;
  if (method.idempotent) facts = "Idempotent";
  if (method.budget.count() > 0) {
    facts += concat(facts.empty() ? "Budget " : "; budget ", to_string(Duration(method.budget)));
  }
  if (method.deadline.count() < 0) {
    facts += facts.empty() ? "No deadline" : "; no deadline";
  }
  if (method.deadline.count() > 0) {
    facts +=
        concat(facts.empty() ? "Deadline " : "; deadline ", to_string(Duration(method.deadline)));
  }
  add_sentence(text, sentence(facts));
  return with_deprecation(text, method.deprecated);
}

std::string declared_errors(const schema::Package& package, const schema::Method& method) {
  std::string names;
  for (const auto error : method.errors) {
    if (!names.empty()) names += ", ";
    names += package.types[error].name;
  }
  return names;
}

}  // namespace kameo::codegen

#include "settings.hpp"

#include <kameo/concat.hpp>
#include <kameo/time.hpp>

#include "display.hpp"
#include "names.hpp"
#include "suggest.hpp"

#include <algorithm>
#include <charconv>

namespace kameo::idl {

void say_wrong_kind(const Node& node, std::string_view expected, Report& report) {
  if (node.is_bad()) return;
  report.error(Code::wrong_kind, node.place,
               concat("expected ", expected, ", got ", kind_name(node)));
}

Settings::Settings(const Node& node, std::string what, std::vector<std::string> keys,
                   Report& report)
    : node_(node), what_(std::move(what)), report_(report) {
  if (!node.is_map()) {
    if (!node.is_null()) say_wrong_kind(node, concat("a map for ", what_), report);
    return;
  }
  for (const auto& [key, value] : node.entries) {
    if (std::find(keys.begin(), keys.end(), key.text) != keys.end()) continue;
    report
        .error(Code::unknown_key, key.place,
               concat("unknown key `", excerpt(key.text), "` in ", what_))
        .hint(did_you_mean(key.text, keys, concat("known here: ", listed(keys))));
  }
}

const Node* Settings::find(std::string_view key) const noexcept {
  const auto* value = node_.find(key);
  return value == nullptr || value->is_bad() ? nullptr : value;
}

Place Settings::key_place(std::string_view key) const noexcept {
  for (const auto& entry : node_.entries) {
    if (entry.key.text == key) return entry.key.place;
  }
  return node_.place;
}

const Node* Settings::require(std::string_view key, std::string_view hint) const {
  if (node_.is_bad()) return nullptr;
  if (node_.find(key) == nullptr) {
    report_.error(Code::missing_key, node_.place, concat(what_, " needs the key `", key, "`"))
        .hint(std::string(hint));
    return nullptr;
  }
  return find(key);
}

std::optional<std::string> read_text(const Node& node, std::string_view what, Report& report) {
  if (node.is_bad()) return std::nullopt;
  if (!node.is_scalar()) {
    say_wrong_kind(node, concat("text for ", what), report);
    return std::nullopt;
  }
  if (!node.quoted && is_yaml_word(node.text)) {
    report
        .error(Code::unquoted_word, node.place,
               concat("`", node.text, "` is a truth value to some YAML readers, not text"))
        .hint(concat("write \"", node.text, "\""));
    return std::nullopt;
  }
  if (!node.quoted && looks_like_number(node.text)) {
    report
        .error(Code::number_as_text, node.place,
               concat("`", excerpt(node.text), "` is a number to YAML, not text"))
        .hint(concat("write \"", excerpt(node.text), "\""));
    return std::nullopt;
  }
  return node.text;
}

std::vector<Name> read_words(const Node& node, std::string_view what, Report& report) {
  std::vector<Name> words;
  const auto add = [&](const Node& each) {
    if (auto text = read_text(each, what, report)) words.push_back({std::move(*text), each.place});
  };
  if (node.is_list()) {
    for (const auto& item : node.items) add(item);
  } else if (node.is_scalar()) {
    add(node);
  } else {
    say_wrong_kind(node, concat("a list for ", what), report);
  }
  return words;
}

std::string Settings::text(std::string_view key) const {
  const auto* node = find(key);
  if (node == nullptr) return {};
  auto text = read_text(*node, concat("`", key, "`"), report_).value_or("");
  text.resize(text.find_last_not_of(" \n") + 1);  // a block of text ends in a line break
  return text;
}

bool Settings::flag(std::string_view key, bool otherwise) const {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  if (!node->is_scalar()) {
    say_wrong_kind(*node, concat("true or false for `", key, "`"), report_);
    return otherwise;
  }
  if (!node->quoted && (node->text == "true" || node->text == "false")) return node->text == "true";
  report_
      .error(Code::bad_setting, node->place,
             concat("`", key, "` is true or false, not `", excerpt(node->text), "`"))
      .hint(node->quoted && (node->text == "true" || node->text == "false")
                ? "without the quotes"
                : "YAML 1.2 has no other words for it");
  return otherwise;
}

std::uint32_t Settings::count(std::string_view key, std::uint32_t least, std::uint32_t most,
                              std::uint32_t otherwise) const {
  const auto* node = find(key);
  if (node == nullptr) return otherwise;
  if (!node->is_scalar()) {
    say_wrong_kind(*node, concat("a number for `", key, "`"), report_);
    return otherwise;
  }
  std::uint32_t number = 0;
  const auto* const end = node->text.data() + node->text.size();
  const auto [stop, error] = std::from_chars(node->text.data(), end, number);
  if (error == std::errc() && stop == end && !node->quoted && number >= least && number <= most) {
    return number;
  }
  report_.error(Code::bad_setting, node->place,
                concat("`", key, "` is a whole number from ", least, " to ", most, ", not `",
                       excerpt(node->text), "`"));
  return otherwise;
}

std::optional<std::chrono::milliseconds> Settings::time(std::string_view key) const {
  const auto* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (!node->is_scalar()) {
    say_wrong_kind(*node, concat("a duration for `", key, "`"), report_);
    return std::nullopt;
  }
  const auto length = parse_duration(node->text);
  const auto say = [&](std::string_view hint) {
    report_
        .error(Code::bad_setting, node->place,
               concat("`", key, "` is a duration, not `", excerpt(node->text), "`"))
        .hint(std::string(hint));
    return std::nullopt;
  };
  if (!length) return say("a number and its unit, d h m s or ms: 200ms, 1m30s");
  if (*length <= Duration(0)) return say("it must be longer than 0");
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(*length);
  if (whole != *length) return say("whole milliseconds, please");
  return whole;
}

std::optional<std::chrono::milliseconds> Settings::deadline(std::string_view key) const {
  const auto* node = find(key);
  if (node != nullptr && node->is_scalar() && node->text == "none") {
    return std::chrono::milliseconds(-1);
  }
  return time(key);
}

std::string Settings::choice(std::string_view key, const std::vector<std::string>& words) const {
  const auto* node = find(key);
  if (node == nullptr) return {};
  if (!node->is_scalar()) {
    say_wrong_kind(*node, concat("a word for `", key, "`"), report_);
    return {};
  }
  if (std::find(words.begin(), words.end(), node->text) != words.end()) return node->text;
  report_
      .error(Code::bad_setting, node->place,
             concat("`", key, "` cannot be `", excerpt(node->text), "`"))
      .hint(did_you_mean(node->text, words, concat("one of ", listed(words))));
  return {};
}

std::vector<Name> Settings::words(std::string_view key) const {
  const auto* node = find(key);
  if (node == nullptr) return {};
  return read_words(*node, concat("`", key, "`"), report_);
}

}  // namespace kameo::idl

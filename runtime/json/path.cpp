#include "path.hpp"

#include <kameo/concat.hpp>
#include <kameo/json/value.hpp>

#include <algorithm>

namespace kameo::json {
namespace {

/// Of a key that somebody else chose.
constexpr std::size_t longest_shown = 60;

}  // namespace

bool is_plain_word(std::string_view name) noexcept {
  return !name.empty() && name.size() <= longest_shown &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

bool is_secret(const Path& path) noexcept {
  for (const auto* at = &path; at != nullptr; at = at->up) {
    if (at->secret) return true;
  }
  return false;
}

std::string to_string(const Path& path) {
  auto text = path.up == nullptr ? std::string() : to_string(*path.up);
  if (path.is_key) {
    text += '[';
    append_string(text, whole_prefix(path.name, longest_shown));
    text += ']';
  } else if (path.name.empty()) {
    text += concat('[', path.index, ']');
  } else {
    text += concat(path.up == nullptr ? "" : ".", path.name);
  }
  return text;
}

}  // namespace kameo::json

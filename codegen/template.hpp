#pragma once

#include <kameo/result.hpp>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kameo::codegen {

/// What a template is filled with: objects, lists, strings and booleans. Every name that the
/// template mentions must be there, as an empty list or false where it does not apply.
class Data {
 public:
  using List = std::vector<Data>;

  Data() = default;                                          ///< an object without members
  Data(bool value) : held_(value) {}                         // NOLINT(google-explicit-constructor)
  Data(std::string text) : held_(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  Data(std::string_view text) : held_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Data(const char* text) : held_(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Data(List list) : held_(std::move(list)) {}                // NOLINT(google-explicit-constructor)

  /// Only for an object.
  void set(std::string name, Data value) {
    std::get<Object>(held_).insert_or_assign(std::move(name), std::move(value));
  }
  /// Only for a list.
  void push_back(Data value) { std::get<List>(held_).push_back(std::move(value)); }

  [[nodiscard]] bool is_non_empty_list() const noexcept {
    const auto* list = std::get_if<List>(&held_);
    return list != nullptr && !list->empty();
  }
  /// The member of that name, null where this is no object or has none.
  [[nodiscard]] const Data* find(std::string_view name) const noexcept;
  [[nodiscard]] const std::string* text() const noexcept {
    return std::get_if<std::string>(&held_);
  }
  [[nodiscard]] const bool* flag() const noexcept { return std::get_if<bool>(&held_); }
  [[nodiscard]] const List* list() const noexcept { return std::get_if<List>(&held_); }

 private:
  using Object = std::map<std::string, Data, std::less<>>;
  std::variant<Object, bool, std::string, List> held_;
};

[[nodiscard]] inline Data list() {
  return Data(Data::List{});
}
[[nodiscard]] Data list_of(const std::vector<std::string>& lines);

/// Fills the template of that name (`cpp/types.hpp`).
/// Fails with `internal` where the template is broken or mentions a name that `data` lacks.
[[nodiscard]] Result<std::string> render(std::string_view name, const Data& data);

/// Fills a template: the part of mustache that writing code takes.
///
///     {{name}}               a text; `{{.}}` the element of the loop
///     {{#name}}…{{/name}}    a loop over a list, or what stands there if a flag is true
///     {{^name}}…{{/name}}    what stands there if the list is empty or the flag false
///
/// Names are looked up from the innermost loop outwards. A line with nothing on it but a tag of
/// the lower two kinds leaves no trace. Nothing is escaped.
[[nodiscard]] Result<std::string> fill(std::string_view text, const Data& data);

/// Name to text; made at build time from templates/.
[[nodiscard]] const std::map<std::string_view, std::string_view>& embedded_templates();

}  // namespace kameo::codegen

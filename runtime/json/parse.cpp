#include <kameo/json/value.hpp>

#include <kameo/utf8.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace kameo::json {
namespace {

using Library = nlohmann::json;

/// The library quotes what it has read, and may have read half a character.
std::string whole_characters(std::string_view text) {
  std::string whole;
  while (!text.empty()) {
    const auto good = utf8_valid_prefix(text);
    whole += text.substr(0, good);
    text.remove_prefix(std::min(good + 1, text.size()));
  }
  return whole;
}

/// Builds our value from the library's events: its own tree would turn integers beyond 64 bits
/// into doubles and let the last of two equal keys win.
class Builder final : public nlohmann::json_sax<Library> {
 public:
  explicit Builder(ParseLimits limits) : limits_(limits) {}

  bool null() override { return add(Value()); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(std::int64_t value) override {
    // The library calls this for numbers with a minus sign only: the one zero here is -0.
    return add(Value::Number{value == 0 ? "-0" : std::to_string(value)});
  }
  bool number_unsigned(std::uint64_t value) override {
    return add(Value::Number{std::to_string(value)});
  }
  bool number_float(double, const std::string& text) override { return add(Value::Number{text}); }
  bool string(std::string& value) override { return add(std::move(value)); }
  bool binary(Library::binary_t&) override { return false; }  // not in JSON text
  bool start_object(std::size_t) override { return open(Value::Object{}); }
  bool start_array(std::size_t) override { return open(Value::Array{}); }
  bool key(std::string& name) override {
    open_.back()->object()->push_back({std::move(name), Value()});
    return true;
  }
  bool end_object() override {
    if (const auto* name = repeated_name(*open_.back()->object())) {
      std::string shown;
      append_string(shown, *name);
      return stop(fail(errc::invalid_argument, "the key ", shown, " stands twice in one object"));
    }
    return end_array();
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Library::exception& problem) override {
    std::string_view text = problem.what();  // "[json.exception.parse_error.101] parse error at …"
    if (const auto end = text.find("] "); text.starts_with('[') && end != text.npos) {
      text.remove_prefix(end + 2);
    }
    return stop(fail(errc::invalid_argument, "not JSON: ", whole_characters(text)));
  }

  [[nodiscard]] Result<Value> take() && {
    if (error_) return *error_;
    return std::move(root_);
  }

 private:
  bool add(Value value) {
    place() = std::move(value);
    return true;
  }
  bool open(Value container) {
    if (open_.size() == limits_.depth) {
      return stop(
          fail(errc::over_limit, "JSON nested deeper than ParseLimits::depth, ", limits_.depth));
    }
    auto& at = place();
    at = std::move(container);
    // The address holds while it is open: only the innermost container grows.
    open_.push_back(&at);
    return true;
  }
  Value& place() {
    if (open_.empty()) return root_;
    if (auto* items = open_.back()->array()) return items->emplace_back();
    return open_.back()->object()->back().value;
  }
  static const std::string* repeated_name(const Value::Object& members) {
    std::vector<const std::string*> names;
    names.reserve(members.size());
    for (const auto& member : members) names.push_back(&member.name);
    const auto by_text = [](const auto* a, const auto* b) { return *a < *b; };
    std::sort(names.begin(), names.end(), by_text);
    const auto same = [](const auto* a, const auto* b) { return *a == *b; };
    const auto found = std::adjacent_find(names.begin(), names.end(), same);
    return found == names.end() ? nullptr : *found;
  }
  bool stop(Error error) {
    if (!error_) error_ = std::move(error);
    return false;
  }

  ParseLimits limits_;
  Value root_;
  std::vector<Value*> open_;
  std::optional<Error> error_;
};

}  // namespace

Result<Value> parse(std::string_view text, ParseLimits limits) {
  if (const auto good = utf8_valid_prefix(text); good != text.size()) {
    return fail(errc::invalid_argument, "not JSON: not UTF-8, at its byte ", good);
  }
  Builder builder(limits);
  Library::sax_parse(text.begin(), text.end(), &builder);
  return std::move(builder).take();
}

}  // namespace kameo::json

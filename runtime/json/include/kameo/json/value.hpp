#pragma once

#include <kameo/result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kameo::json {

/// Any JSON value, with nothing lost: a number keeps its digits as they were written, an object
/// the order of its members.
class Value {
 public:
  struct Member;
  /// As written: `18446744073709551615`, `1e-3`, `-0`.
  struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Array = std::vector<Value>;
  using Object = std::vector<Member>;

  // Defined below, where Member is complete: clang wants that of a variant that holds vectors of
  // it.
  Value();                   ///< null
  Value(bool value);         // NOLINT(google-explicit-constructor)
  Value(Number value);       // NOLINT(google-explicit-constructor)
  Value(std::string value);  // NOLINT(google-explicit-constructor)
  Value(const char* value);  // NOLINT(google-explicit-constructor)
  Value(Array value);        // NOLINT(google-explicit-constructor)
  Value(Object value);       // NOLINT(google-explicit-constructor)
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  [[nodiscard]] bool is_null() const noexcept { return state_.index() == 0; }
  // Null where the value is of another kind.
  [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&state_); }
  [[nodiscard]] const Number* number() const noexcept { return std::get_if<Number>(&state_); }
  [[nodiscard]] const std::string* string() const noexcept {
    return std::get_if<std::string>(&state_);
  }
  [[nodiscard]] const Array* array() const noexcept { return std::get_if<Array>(&state_); }
  [[nodiscard]] const Object* object() const noexcept { return std::get_if<Object>(&state_); }
  [[nodiscard]] Array* array() noexcept { return std::get_if<Array>(&state_); }
  [[nodiscard]] Object* object() noexcept { return std::get_if<Object>(&state_); }

  /// The member of that name; null where there is none or this is no object.
  [[nodiscard]] const Value* find(std::string_view name) const noexcept;

  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> state_;
};

struct Value::Member {
  std::string name;
  Value value;
  friend bool operator==(const Member& a, const Member& b) {
    return a.name == b.name && a.value == b.value;
  }
};
inline bool operator==(const Value& a, const Value& b) {
  return a.state_ == b.state_;
}

inline Value::Value() = default;
inline Value::Value(bool value) : state_(value) {}
inline Value::Value(Number value) : state_(std::move(value)) {}
inline Value::Value(std::string value) : state_(std::move(value)) {}
inline Value::Value(const char* value) : state_(std::string(value)) {}
inline Value::Value(Array value) : state_(std::move(value)) {}
inline Value::Value(Object value) : state_(std::move(value)) {}
inline Value::Value(const Value&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(const Value&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;

inline const Value* Value::find(std::string_view name) const noexcept {
  const auto* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& member : *members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

/// What one JSON text may cost its reader.
struct ParseLimits {
  std::uint32_t depth = 256;  ///< arrays and objects inside each other
};

/// One JSON text (RFC 8259), all of it. Fails with `invalid_argument`, naming the place, also for a
/// key that stands twice in one object and for text that is not UTF-8; with `over_limit` beyond
/// the depth.
[[nodiscard]] Result<Value> parse(std::string_view text, ParseLimits limits = {});

/// On one line, without blanks; numbers as they were written.
[[nodiscard]] std::string to_text(const Value& value);
/// The same, cut to about `length` bytes with `…`: for messages.
[[nodiscard]] std::string to_short_text(const Value& value, std::size_t length = 60);

/// As many whole characters as `length` bytes hold.
[[nodiscard]] std::string_view whole_prefix(std::string_view utf8, std::size_t length) noexcept;

// Pieces of JSON text, for those who write it straight.
void append_string(std::string& out, std::string_view utf8);  ///< with its quotes
void append_number(std::string& out, double value);           ///< NaN and infinities as strings
void append_number(std::string& out, float value);
/// A number up to ±(2^53 − 1), a string beyond (RFC 7493, 2.2).
void append_number(std::string& out, std::int64_t value);
void append_number(std::string& out, std::uint64_t value);

}  // namespace kameo::json

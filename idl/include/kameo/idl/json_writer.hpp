#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kameo::idl {

/// Writes JSON as people read it, two blanks per level, in the order of the calls. The caller sees
/// to it that what is opened is closed.
class JsonWriter {
 public:
  void open_object() { open('{'); }
  void close_object() { close('}'); }
  void open_array() { open('['); }
  void close_array() { close(']'); }
  /// The next value's name in an object.
  JsonWriter& key(std::string_view name);

  void text(std::string_view value);
  void number(std::uint64_t value);
  void boolean(bool value);

  /// Whole, with a line break at its end.
  [[nodiscard]] std::string take() { return std::move(out_) + '\n'; }

 private:
  void open(char bracket);
  void close(char bracket);
  /// The comma and the line break that stand before a value.
  void before_value();
  void quoted(std::string_view value);

  std::string out_;
  std::size_t depth_ = 0;
  bool first_ = true;       // in the innermost brackets
  bool after_key_ = false;  // the value stands in the key's line
};

}  // namespace kameo::idl

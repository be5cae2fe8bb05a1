#pragma once

#include "declaration.hpp"
#include "yaml.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::idl {

/// A map whose keys are known. Complains about the others once, when it is made.
class Settings {
 public:
  /// `what` is how messages call the map: "a field", "handler `evaluate`". `open` allows other
  /// keys.
  Settings(const Node& node, std::string what, std::vector<std::string> keys, Report& report);

  /// False where the node is no map: everything is absent then, and it has been said.
  explicit operator bool() const noexcept { return node_.is_map(); }
  /// The value of a key; null where it is not there or has been complained about.
  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
  /// The place of the key itself.
  [[nodiscard]] Place key_place(std::string_view key) const noexcept;
  /// The same, and complains where it is not there.
  const Node* require(std::string_view key, std::string_view hint = {}) const;

  // Values of the usual kinds; what they return where the key is absent or bad is the default.
  [[nodiscard]] std::string text(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key, bool otherwise = false) const;
  [[nodiscard]] std::uint32_t count(std::string_view key, std::uint32_t least, std::uint32_t most,
                                    std::uint32_t otherwise) const;
  /// A duration above 0 that is whole milliseconds.
  [[nodiscard]] std::optional<std::chrono::milliseconds> time(std::string_view key) const;
  /// The same, or `none`, which is -1 ms.
  [[nodiscard]] std::optional<std::chrono::milliseconds> deadline(std::string_view key) const;
  /// One of `words`; empty where the key is absent or bad.
  [[nodiscard]] std::string choice(std::string_view key,
                                   const std::vector<std::string>& words) const;
  /// A list of words, or one word.
  [[nodiscard]] std::vector<Name> words(std::string_view key) const;

  [[nodiscard]] const std::string& what() const noexcept { return what_; }

 private:
  const Node& node_;
  std::string what_;
  Report& report_;
};

/// A scalar that is meant as text. YAML's traps (`no`, `1.10`) are errors.
[[nodiscard]] std::optional<std::string> read_text(const Node& node, std::string_view what,
                                                   Report& report);
/// A list of texts, or one text.
[[nodiscard]] std::vector<Name> read_words(const Node& node, std::string_view what, Report& report);

/// Complains that a node is not of the kind expected: "expected a map of fields, got a list".
void say_wrong_kind(const Node& node, std::string_view expected, Report& report);

}  // namespace kameo::idl

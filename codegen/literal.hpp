#pragma once

#include "defaults.hpp"

#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::codegen {

/// Writes a default value as an expression: walks it and asks a language for the words.
class LiteralWriter {
 public:
  LiteralWriter(const LiteralWriter&) = delete;
  LiteralWriter& operator=(const LiteralWriter&) = delete;
  virtual ~LiteralWriter() = default;

  /// `written`: the type as the schema spells it where the value stands, aliases and all.
  [[nodiscard]] std::string write(const Value& value, const schema::Type& written) const;

 protected:
  explicit LiteralWriter(const schema::Package& package) : package_(package) {}

  using Parts = std::vector<std::string>;
  /// Bool, numbers, text, times and the like; `value.type` says which.
  [[nodiscard]] virtual std::string scalar(const Value& value) const = 0;
  [[nodiscard]] virtual std::string none() const = 0;
  /// List, set, map (key, value, key, value …), fixed array, tuple or numeric array.
  [[nodiscard]] virtual std::string container(const Value& value, const schema::Type& written,
                                              const Parts& parts) const = 0;
  [[nodiscard]] virtual std::string enumeration(const schema::TypeDef& def,
                                                std::uint16_t index) const = 0;
  /// A structure, or variant `index` of a union, by its fields.
  [[nodiscard]] virtual std::string record(const schema::TypeDef& def, std::uint16_t index,
                                           const Parts& parts) const = 0;

 private:
  const schema::Package& package_;
};

/// The fields of a structure, or of variant `index` of a union.
[[nodiscard]] const std::vector<schema::Field>& fields_of(const schema::TypeDef& def,
                                                          std::uint16_t index);

/// As few digits as tell it from its neighbours, always with a point or an exponent. Finite only.
template <class Float>
[[nodiscard]] std::string float_digits(Float value) {
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

/// `text` in double quotes, with the escapes that C++ and Python share; other control characters,
/// and what `ascii_only` leaves out, by `escape`.
[[nodiscard]] std::string in_quotes(std::string_view text, bool ascii_only,
                                    std::string (*escape)(unsigned char));

}  // namespace kameo::codegen

#pragma once

#include <kameo/bytes.hpp>

#include "draft.hpp"

#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace kameo::idl {

/// Reads YAML values as payloads of a type (docs/idl.md, "Values in YAML"). Used for defaults and
/// for configs. What is wrong is reported at its place, all of it.
class ValueReader {
 public:
  /// `code` is that of a value that does not fit its type; `missing` that of a field without a
  /// value; limits that are broken get `limit`.
  struct Codes {
    Code bad;
    Code missing;
    Code limit;
  };
  ValueReader(const Draft& draft, Codes codes, Report& report)
      : draft_(draft), codes_(codes), report_(report) {}

  /// The payload; none where something is wrong.
  [[nodiscard]] std::optional<Bytes> read(const Node& node, const schema::Type& type);
  /// The same for a field: its limits hold too.
  [[nodiscard]] std::optional<Bytes> read(const Node& node, const schema::Field& field);

 private:
  void value(const Node& node, const schema::Type& type);
  void limited(const Node& node, const schema::Field& field);
  void scalar(const Node& node, const schema::Type& type);
  void integer(const Node& node, schema::Kind kind);
  void floating(const Node& node, schema::Kind kind);
  void text(const Node& node);
  void optional(const Node& node, const schema::Type& type);
  void sequence(const Node& node, const schema::Type& type);
  void map(const Node& node, const schema::Type& type);
  /// Complains where the bytes written since `start` were written for a set or map before.
  void once(std::set<Bytes>& seen, std::size_t start, const Node& node, std::string_view where);
  void numeric_array(const Node& node, const schema::Type& type);
  void numbers(const Node& node, schema::Kind kind, const std::vector<std::uint32_t>& shape,
               std::size_t dimension);
  void named(const Node& node, const schema::Type& type);
  void enumeration(const Node& node, const schema::TypeDef& type);
  void tagged_union(const Node& node, const schema::TypeDef& type, const Origin& origin);
  /// `of` is what the fields belong to, for messages; `declared` where their defaults stand.
  void fields(const Node& node, const std::string& of, const std::vector<schema::Field>& fields,
              const std::vector<FieldDecl>& declared);
  void missing(const Node& node, const std::string& of, const schema::Field& field,
               const FieldDecl& declared);
  bool wrong(const Node& node, const std::string& expected, std::string hint = {});
  /// Text of a scalar that is neither `no` nor `1.10`, which YAML readers take for something else.
  bool trapped(const Node& node);

  template <class Number>
  void put(Number number) {
    const auto at = out_.size();
    out_.resize(at + sizeof number);
    std::memcpy(out_.data() + at, &number, sizeof number);
  }
  void put_count(std::size_t count) { put(static_cast<std::uint32_t>(count)); }
  void align(std::size_t alignment) {
    out_.resize((out_.size() + alignment - 1) & ~(alignment - 1));
  }

  const Draft& draft_;
  Codes codes_;
  Report& report_;
  Bytes out_;
  std::uint32_t depth_ = 0;
  std::vector<const Node*> defaults_;  ///< being written: one that meets itself has no end
};

}  // namespace kameo::idl

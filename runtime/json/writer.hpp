#pragma once

#include "path.hpp"

#include <kameo/json/payload.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kameo::json {

/// Writes one payload from a JSON value and collects what is wrong with it. After a violation the
/// bytes are of no use, but the walk goes on to find the other ones; beyond a limit of the codec it
/// stops. One class, a file per idea: scalars, containers, named types.
class Writer {
 public:
  Writer(const schema::Package& package, ReadOptions options)
      : package_(package), limits_(options.limits), lenient_(options.lenient) {}

  /// `unique`: elements of a list must differ.
  void write(const schema::Type& type, const Value& value, const Path& path, bool unique = false);

  [[nodiscard]] const std::vector<std::string>& violations() const noexcept { return violations_; }
  [[nodiscard]] Result<Bytes> take() &&;

 private:
  // What is wrong ---------------------------------------------------------------------------------
  void violate(const Path& path, std::string_view what, errc code = errc::invalid_argument);
  void expected(std::string_view what, const Value& got, const Path& path);
  void expected_type(const schema::Type& type, const Value& got, const Path& path);
  [[nodiscard]] bool stopped() const noexcept { return code_ == errc::over_limit; }
  void deeper(const Path& path, auto&& body);

  // Bytes -----------------------------------------------------------------------------------------
  template <class Number>
  void put(Number number) {
    const auto* first = reinterpret_cast<const std::byte*>(&number);
    out_.insert(out_.end(), first, first + sizeof number);
  }
  void put_bytes(ByteView bytes, const Path& path);
  /// False, and everything stopped, beyond CodecLimits::elements.
  bool put_count(std::size_t count, const Path& path);
  [[nodiscard]] std::string written_since(std::size_t start) const;

  // Scalars: writer_scalars.cpp -------------------------------------------------------------------
  void scalar(const schema::Type& type, const Value& value, const Path& path);
  void boolean(const Value& value, const Path& path);
  template <class Number>
  void integer(schema::Kind kind, const Value& value, const Path& path);
  template <class Number>
  void floating(schema::Kind kind, const Value& value, const Path& path);
  void bytes(const Value& value, const Path& path);
  void timestamp(const Value& value, const Path& path);
  void duration(const Value& value, const Path& path);
  void uuid(const Value& value, const Path& path);
  void decimal(const Value& value, const Path& path);

  // Containers: writer_containers.cpp -------------------------------------------------------------
  void optional(const schema::Type& type, const Value& value, const Path& path, bool unique);
  void elements(const schema::Type& type, const Value& value, const Path& path, bool unique);
  void map(const schema::Type& type, const Value& value, const Path& path);
  [[nodiscard]] Value key_value(const schema::Type& type, const std::string& text) const;
  void fixed_array(const schema::Type& type, const Value& value, const Path& path);
  void tuple(const schema::Type& type, const Value& value, const Path& path);
  void numeric_array(const schema::Type& type, const Value& value, const Path& path);
  void rows(const schema::Type& type, const std::vector<std::uint32_t>& shape, std::size_t depth,
            const Value& value, const Path& path);

  // Named types: writer_named.cpp -----------------------------------------------------------------
  void named(const schema::Type& type, const Value& value, const Path& path, bool unique);
  void enumeration(const schema::TypeDef& definition, const Value& value, const Path& path);
  void tagged_union(const schema::TypeDef& definition, const Value& value, const Path& path);
  void fields(std::string_view owner, const std::vector<schema::Field>& declared,
              const Value& value, const Path& path);
  void tell_unknown(std::string_view owner, const std::vector<schema::Field>& declared,
                    const Value::Object& members, const Path& path);
  void field(const schema::Field& declared, const Value& value, const Path& path);
  void absent(const schema::Field& declared, const Path& path);

  const schema::Package& package_;
  CodecLimits limits_;
  bool lenient_;
  Bytes out_;
  std::uint32_t depth_ = 0;
  std::uint32_t elements_ = 0;
  std::vector<std::string> violations_;
  std::optional<errc> code_;  ///< of the first violation
};

void Writer::deeper(const Path& path, auto&& body) {
  if (depth_ == limits_.depth) {
    return violate(path, concat("nested deeper than CodecLimits::depth, ", limits_.depth),
                   errc::over_limit);
  }
  ++depth_;
  body();
  --depth_;
}

}  // namespace kameo::json

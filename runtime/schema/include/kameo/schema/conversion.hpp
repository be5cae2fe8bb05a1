#pragma once

#include <kameo/coder.hpp>
#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace kameo::schema {

/// The type that stands at this index of Package::types.
[[nodiscard]] Type named_type(std::uint32_t index);

/// What one conversion may cost, checked before memory is taken.
struct ConversionLimits {
  CodecLimits codec;
  /// Of what comes out: defaults that are filled in can make it longer than what went in.
  std::size_t bytes = std::size_t{64} << 20U;
};

/// How the payload of a type in one schema becomes that of the type in another, where the one has
/// more at the end of some lists than the other: fields with a default or of an optional type, enum
/// values, variants. A field that the target has beyond is filled with its default, one that it has
/// not is dropped. A value or variant that it does not know can't be told to its reader and is an
/// error when one comes.
///
/// Trusts no payload: counts, depth, text, tags and sizes are checked as a decoder does. What
/// stands twice in a set or map, and limits of fields, are left to the reader behind it.
/// Holds no reference to the packages. Copies are cheap. Thread-safety: as a const object.
class Conversion {
 public:
  /// A type and the package in which it stands.
  struct End {
    const Package& package;
    const Type& type;
  };

  /// `what` is how the value is called in errors: "request". `code` is that of a payload that can't
  /// be converted: `bad_request` or `bad_reply`.
  /// Fails with `schema_mismatch` and the first conflict (difference.hpp), the target being "here".
  [[nodiscard]] static Result<Conversion> make(const End& source, const End& target,
                                               std::string what, errc code);

  /// `payload` as one of the target: in `memory`, whose content is lost; or as it came where both
  /// types are written alike, unchecked. The view lives as long as either.
  /// Fails with the `code` given to `make`, the path of the value and what is wrong with it, or
  /// with `over_limit`.
  [[nodiscard]] Result<ByteView> convert(ByteView payload, Bytes& memory,
                                         const ConversionLimits& limits = {}) const;

  /// What it is made of; in conversion.cpp.
  struct Plan;

 private:
  explicit Conversion(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}

  std::shared_ptr<const Plan> plan_;
};

/// The conversions of all messages of one route between two sides that differ.
struct MethodConversion {
  /// Who answers the method: the side whose schema is `here`, or the other.
  enum class Answered : std::uint8_t { here, there };

  /// Fails with `schema_mismatch` and the first conflict where the messages can't be bridged.
  [[nodiscard]] static Result<MethodConversion> make(const Package& here, const Method& mine,
                                                     const Package& there, const Method& theirs,
                                                     Answered answered);

  /// A declared error with its value as the caller's side knows it. One of a name that only one
  /// side has, and any other error, stays as it is.
  [[nodiscard]] Error convert(const Error& error, const ConversionLimits& limits = {}) const;

  Conversion request;
  std::optional<Conversion> input;   ///< of an item of the input stream
  std::optional<Conversion> output;  ///< of the reply or of an item of the stream
  std::map<std::string, Conversion, std::less<>> errors;  ///< by full name
};

}  // namespace kameo::schema

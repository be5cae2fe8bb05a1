#pragma once

#include <kameo/coder.hpp>
#include <kameo/json/value.hpp>
#include <kameo/schema/package.hpp>

#include <string>
#include <string_view>
#include <vector>

/// The one mapping between JSON and payloads, led by a schema (docs/idl.md, "JSON").
namespace kameo::json {

/// How JSON from elsewhere is read.
struct ReadOptions {
  CodecLimits limits{};
  /// Takes what is no mistake of meaning: fields that the type does not have, an integer written as
  /// `1.0` or `"1"`, a float as `"1.5"`, a decimal without quotes, null for a field with a default.
  bool lenient = false;
};

/// The payload of `type` that `value` describes. Fails with `invalid_argument` where the value is
/// not of the type, breaks a limit of a field, misses a field or has one too many:
/// `request.size: expected u8 in 0..255, got 1000`; with `over_limit` beyond `limits`.
/// The error tells the first violation and how many more there are; `violations`, where given, gets
/// each, up to a hundred. `name` is how the value is called in messages. The value of a secret
/// field is never shown.
[[nodiscard]] Result<Bytes> to_payload(const schema::Package& package, const schema::Type& type,
                                       const Value& value, std::string_view name,
                                       ReadOptions options = {},
                                       std::vector<std::string>* violations = nullptr);

/// The JSON text of a payload, on one line. Trusts nothing in the payload.
/// Fails with `bad_request` where it is none of that type, `over_limit` beyond `limits`.
[[nodiscard]] Result<std::string> to_text(const schema::Package& package, const schema::Type& type,
                                          ByteView payload, CodecLimits limits = {});

/// The type of a structure, as `schema::Method::request` and `schema::Actor::config` name it.
[[nodiscard]] inline schema::Type structure(std::uint32_t index) {
  schema::Type type;
  type.kind = schema::Kind::named;
  type.ref = index;
  return type;
}

}  // namespace kameo::json

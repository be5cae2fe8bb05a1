// Payloads: the first byte chooses a type, the rest is read as a value of it, by the codec that the
// schema leads and by that of C++ types; and is translated into a later version of the type.

#include "../base/sample_types.hpp"
#include "../support/definitions.hpp"
#include "must.hpp"

#include <kameo/json/payload.hpp>
#include <kameo/schema/conversion.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace {

using namespace kameo;
using fuzz::must;

constexpr std::string_view definitions = R"({
  "Side": {"enum": ["buy", "sell"]},
  "Tick": {"struct": [["symbol", "string"], ["price", "f64"], ["at", "timestamp"]]},
  "Order": {"union": [["market", "u32"], ["limit", [["size", "u32"], ["price", "f64"]]], ["cancel"]]},
  "Tree": {"struct": [["label", "u8"], ["children", "list<Tree>"]]},
  "Expression": {"union": [["number", "f64"],
                           ["sum", [["left", "Expression"], ["right", "Expression"]]]]},
  "All": {"struct": [["flag", "bool"], ["small", "i8"], ["short", "u16"], ["single", "f32"],
                     ["text", "string"], ["raw", "bytes"], ["length", "duration"], ["id", "uuid"],
                     ["money", "decimal"], ["maybe", "optional<Order>"], ["sides", "set<Side>"],
                     ["names", "set<string>"], ["prices", "map<string; decimal>"],
                     ["matrix", "array<f64; *x3>"], ["four", "fixed<u16; 4>"],
                     ["pair", "tuple<u8; array<i32>>"], ["trees", "list<Tree>"]]}
})";
constexpr std::array<std::string_view, 12> types{"All",
                                                 "Tree",
                                                 "Expression",
                                                 "Order",
                                                 "list<Tick>",
                                                 "list<string>",
                                                 "set<uuid>",
                                                 "decimal",
                                                 "map<i32; list<u8>>",
                                                 "array<f64; *x*x*>",
                                                 "tuple<array<u8>; array<f64>>",
                                                 "optional<map<Side; bytes>>"};

/// A value that is read can be written, and reads the same again.
template <class T>
void static_codec(ByteView payload) {
  const auto value = decode_payload<T>(payload);
  if (!value) {
    must(value.error().code() != errc::internal, "a typed error");
    return;
  }
  const auto again = encode_payload(*value);
  must(again.has_value(), "what was read can be written");
  must(again->size() == payload.size(), "in as many bytes");
  must(encode_payload(decode_payload<T>(*again).value()).value() == *again, "and read again");
}

/// A later version: more at the end of each struct, enum and union.
schema::Package grown(schema::Package package) {
  schema::Field numbers;
  numbers.name = "numbers";
  numbers.type.kind = schema::Kind::numeric_array;
  numbers.type.args.resize(1);
  numbers.type.args[0].kind = schema::Kind::f64;
  numbers.default_value = encode_payload(NumericArray<double>({1.5, 2.5})).value();
  for (auto& def : package.types) {
    if (def.form == schema::TypeDef::Form::structure) def.fields.push_back(numbers);
    if (def.form == schema::TypeDef::Form::enumeration) def.values.push_back({"more", "", ""});
    if (def.form == schema::TypeDef::Form::tagged_union) {
      def.variants.push_back({"more", "", "", schema::Variant::Shape::unit, {}});
    }
  }
  return package;
}

/// What can be read can be translated, and back; what can't be is refused or stays unreadable.
void conversion(const schema::Package& older, const schema::Type& type, ByteView payload) {
  static const auto newer = grown(older);
  const auto up =
      schema::Conversion::make({older, type}, {newer, type}, "value", errc::bad_request).value();
  const auto down =
      schema::Conversion::make({newer, type}, {older, type}, "value", errc::bad_request).value();
  Bytes memory;
  const auto converted = up.convert(payload, memory);
  if (!converted) {
    must(converted.error().code() != errc::internal, "a typed error");
    must(!json::to_text(older, type, payload), "of what can't be read either");
    return;
  }
  must(json::to_text(older, type, payload).has_value() ==
           json::to_text(newer, type, *converted).has_value(),
       "readable in both versions or in none");
  Bytes back;
  const auto again = down.convert(*converted, back);
  must(again && std::ranges::equal(*again, payload), "the same bytes again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const test::Definitions known{nlohmann::ordered_json::parse(definitions)};
  if (size == 0) return 0;
  const auto choice = data[0];
  const ByteView payload(reinterpret_cast<const std::byte*>(data) + 1, size - 1);

  const auto type = known.type(types[choice % types.size()]);
  if (const auto text = json::to_text(known.package(), type, payload)) {
    // Not always the same bytes: a NaN has one JSON form, a payload has many.
    const auto value = json::parse(*text);
    must(value.has_value(), "the text is JSON");
    const auto again = json::to_payload(known.package(), type, *value, "value");
    must(again.has_value(), "its value is of the type");
    must(json::to_text(known.package(), type, *again).value() == *text, "and has the same text");
  } else {
    must(text.error().code() != errc::internal, "a typed error");
  }

  conversion(known.package(), type, payload);

  switch (choice % 6) {
    case 0:
      static_codec<sample::Tree>(payload);
      break;
    case 1:
      static_codec<std::vector<sample::Tick>>(payload);
      break;
    case 2:
      static_codec<std::map<std::string, std::set<Uuid>>>(payload);
      break;
    case 3:
      static_codec<NumericArray<double, 0, 3>>(payload);
      break;
    case 4:
      static_codec<std::vector<std::optional<Decimal>>>(payload);
      break;
    default:
      static_codec<std::tuple<bool, NumericArray<std::int16_t>, Bytes, sample::Side>>(payload);
  }
  return 0;
}

// JSON text, as it stands in a line of `kameo run`: refused with a message that is text itself, or
// a value with one payload that comes back as the same value.

#include "../support/definitions.hpp"
#include "must.hpp"

#include <kameo/json/payload.hpp>
#include <kameo/utf8.hpp>

#include <array>
#include <string_view>

namespace {

using namespace kameo;
using fuzz::must;

constexpr std::string_view definitions = R"({
  "Side": {"enum": ["buy", "sell"]},
  "Order": {"union": [["market", "u64"], ["limit", [["size", "i8"], ["price", "f32"]]], ["cancel"]]},
  "Tree": {"struct": [["label", "optional<string>"], ["children", "list<Tree>"]]},
  "All": {"struct": [["at", "timestamp"], ["length", "duration"], ["id", "uuid"],
                     ["money", "decimal"], ["raw", "bytes"], ["orders", "map<i16; Order>"],
                     ["sides", "set<Side>"], ["matrix", "array<f64; *x2>"],
                     ["pair", "tuple<bool; array<i64>>"]]}
})";
constexpr std::array<std::string_view, 6> types{
    "All", "Tree", "Order", "list<optional<f64>>", "map<string; Order>", "map<uuid; set<i64>>"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const test::Definitions known{nlohmann::ordered_json::parse(definitions)};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text);
  if (!value) {
    must(is_utf8(value.error().message()), "a message that can stand in JSON");
    return 0;
  }
  must(json::parse(json::to_text(*value)).value() == *value, "the same value from its own text");
  must(is_utf8(json::to_short_text(*value)), "a short text of whole characters");

  for (const auto& spelling : types) {
    const auto type = known.type(spelling);
    const auto payload = json::to_payload(known.package(), type, *value, "value");
    if (!payload) {
      must(payload.error().code() == errc::invalid_argument ||
               payload.error().code() == errc::over_limit,
           "a typed error");
      must(is_utf8(payload.error().message()), "with a message that can stand in JSON");
      continue;
    }
    const auto written = json::to_text(known.package(), type, *payload);
    must(written.has_value(), "what was accepted can be written");
    const auto again =
        json::to_payload(known.package(), type, json::parse(*written).value(), "value");
    must(again.has_value() && *again == *payload, "and is the same payload again");
  }
  return 0;
}

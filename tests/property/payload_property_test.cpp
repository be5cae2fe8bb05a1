// Random schemas and random values of them, through everything that is led by a schema.

#include "../support/hex.hpp"
#include "random_schema.hpp"

#include <kameo/json/payload.hpp>
#include <kameo/schema/routes.hpp>

#include <rapidcheck/catch.h>

namespace {

using namespace kameo;
using namespace kameo::test;

struct Sample {
  schema::Package package;
  schema::Type type;
  Dynamic value;
  Bytes payload;
};

Sample sample() {
  RandomPackage random;
  Sample made;
  made.package = random.package();
  made.type = random.type();
  made.value = RandomValue(made.package).of(made.type);
  made.payload = DynamicCodec(made.package).encode(made.type, made.value).value();
  RC_LOG() << to_string(made.package, made.type) << ": " << to_hex(made.payload) << "\n";
  return made;
}

/// Whether the two readers that are led by a schema agree on a payload, and neither crashes.
void check_verdicts(const Sample& it, ByteView payload) {
  const auto value = DynamicCodec(it.package).decode(it.type, payload);
  const auto text = json::to_text(it.package, it.type, payload);
  RC_LOG() << to_hex(payload) << "\n";
  if (value) {
    // The same bytes again: there is one payload for each value.
    const auto again = DynamicCodec(it.package).encode(it.type, *value);
    RC_ASSERT(again.has_value());
    RC_ASSERT(std::equal(again->begin(), again->end(), payload.begin(), payload.end()));
  } else {
    RC_ASSERT(value.error().code() == errc::bad_request ||
              value.error().code() == errc::over_limit);
  }
  // The one difference: text of rows without elements has a limit, values of them do not.
  const bool rows = !text && text.error().message().find("rows without") != std::string::npos;
  RC_ASSERT(value.has_value() == text.has_value() || rows);
}

}  // namespace

TEST_CASE("any package comes back from its schema bytes", "[property]") {
  rc::prop("from_bytes(to_bytes(package)) is the package", [] {
    const auto package = RandomPackage().package();
    const auto back = schema::from_bytes(schema::to_bytes(package));
    if (!back) RC_FAIL(back.error().message());
    RC_ASSERT(*back == package);
    for (std::uint32_t i = 0; i < package.types.size(); ++i) {
      RC_ASSERT(schema::fingerprint(package, i) == schema::fingerprint(*back, i));
    }
  });
}

TEST_CASE("any value of any schema comes back from its payload", "[property]") {
  rc::prop("decode(encode(value)) is the value", [] {
    const auto it = sample();
    const auto back = DynamicCodec(it.package).decode(it.type, it.payload);
    if (!back) RC_FAIL(back.error().message());
    RC_ASSERT(*back == it.value);
    RC_ASSERT(it.payload.size() >= min_encoded_bytes(it.package, it.type));
  });
}

TEST_CASE("any payload comes back from its JSON", "[property]") {
  rc::prop("to_payload(parse(to_text(payload))) is the payload", [] {
    const auto it = sample();
    const auto text = json::to_text(it.package, it.type, it.payload);
    if (!text) RC_FAIL(text.error().message());
    RC_LOG() << *text << "\n";
    const auto value = json::parse(*text);
    if (!value) RC_FAIL(value.error().message());
    const auto back = json::to_payload(it.package, it.type, *value, "value");
    if (!back) RC_FAIL(back.error().message());
    RC_ASSERT(to_hex(*back) == to_hex(it.payload));
  });
}

TEST_CASE("any payload that is cut is refused", "[property]") {
  rc::prop("no part of a payload is one", [] {
    const auto it = sample();
    for (std::size_t size = 0; size < it.payload.size(); ++size) {
      const auto part = ByteView(it.payload).first(size);
      RC_ASSERT_FALSE(DynamicCodec(it.package).decode(it.type, part).has_value());
      RC_ASSERT_FALSE(json::to_text(it.package, it.type, part).has_value());
    }
  });
}

TEST_CASE("any damaged payload is refused by all readers, or taken by all", "[property]") {
  rc::prop("readers agree", [] {
    const auto it = sample();
    RC_PRE(!it.payload.empty());
    for (int round = 0; round < 20; ++round) {
      auto payload = it.payload;
      const auto at = pick(static_cast<std::uint32_t>(payload.size()));
      switch (pick(3)) {
        case 0:
          payload[at] = static_cast<std::byte>(pick(256));
          break;
        case 1:
          payload.erase(payload.begin() + at);
          break;
        default:
          payload.insert(payload.begin() + at, static_cast<std::byte>(pick(256)));
          break;
      }
      check_verdicts(it, payload);
    }
  });
}

TEST_CASE("any bytes are refused by all readers, or taken by all", "[property]") {
  rc::prop("readers agree", [] {
    const auto it = sample();
    Bytes payload;
    for (auto left = pick(40); left > 0; --left) payload.push_back(static_cast<std::byte>(pick(4)));
    check_verdicts(it, payload);
  });
}

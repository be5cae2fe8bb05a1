// The C++ implementation against tests/vectors/*.json; see README.md there.

#include "../support/definitions.hpp"
#include "../support/hex.hpp"

#include <kameo/json/payload.hpp>
#include <kameo/schema/routes.hpp>
#include <kameo/wire/session.hpp>

#include <catch2/catch.hpp>

#include <fstream>

namespace {

using namespace kameo;
using kameo::test::Definitions;
using kameo::test::from_hex;
using kameo::test::to_hex;
using Json = nlohmann::ordered_json;

Json load(const std::string& name) {
  std::ifstream file(KAMEO_VECTORS_DIR "/" + name + ".json");
  REQUIRE(file);
  return Json::parse(file);
}

std::string text(const Json& value, const char* key) {
  return value.at(key).get<std::string>();
}
Bytes bytes(const Json& value) {
  return from_hex(text(value, "hex"));
}
/// Without the order of members, which a map's text need not keep.
nlohmann::json plain(const std::string& json) {
  return nlohmann::json::parse(json);
}

/// Every valid case both ways.
void check_valid(const Json& file) {
  const Definitions definitions(file["types"]);
  for (const auto& item : file["valid"]) {
    INFO(text(item, "name"));
    const auto type = definitions.type(text(item, "type"));
    const auto value = json::parse(item["value"].dump());
    REQUIRE(value);
    const auto payload = json::to_payload(definitions.package(), type, *value, "value");
    REQUIRE(payload);
    CHECK(to_hex(*payload) == to_hex(bytes(item)));
    const auto back = json::to_text(definitions.package(), type, bytes(item));
    REQUIRE(back);
    CHECK(plain(*back) == plain(item["value"].dump()));
  }
}

/// What is written of a text once it has been read.
std::string rewritten(const Definitions& definitions, const Json& item, bool lenient) {
  const auto type = definitions.type(text(item, "type"));
  const auto value = json::parse(text(item, "json"));
  REQUIRE(value);
  const auto payload =
      json::to_payload(definitions.package(), type, *value, "value", {{}, lenient});
  INFO((payload ? "" : payload.error().message()));
  REQUIRE(payload);
  return json::to_text(definitions.package(), type, *payload).value();
}

void check_refused_json(const Definitions& definitions, const Json& item) {
  const auto value = json::parse(text(item, "json"));
  REQUIRE(value);
  for (const bool lenient : {false, true}) {
    if (lenient && !item.value("lenient", false)) continue;
    std::vector<std::string> violations;
    CHECK_FALSE(json::to_payload(definitions.package(), definitions.type(text(item, "type")),
                                 *value, "value", {{}, lenient}, &violations));
    CHECK(violations == item["errors"].get<std::vector<std::string>>());
  }
}

template <class T>
void check_own(const Json& item, Result<T> (*from)(ByteView)) {
  const auto value = from(bytes(item));
  REQUIRE(value);
  if constexpr (std::is_same_v<T, ErrorData>) {
    CHECK(to_hex(wire::to_payload(Error(*value)).value()) == to_hex(bytes(item)));
  } else {
    CHECK(to_hex(wire::to_payload(*value).value()) == to_hex(bytes(item)));
  }
}

template <class T>
errc code_of(const Result<T>& result) {
  return result ? errc{0} : result.error().code();
}

std::string_view name_of(wire::Event::Type type) {
  using Type = wire::Event::Type;
  switch (type) {
    case Type::none:
      return "none";
    case Type::hello:
      return "hello";
    case Type::welcome:
      return "welcome";
    case Type::ready:
      return "ready";
    case Type::start_failed:
      return "start_failed";
    case Type::ask:
      return "ask";
    case Type::tell:
      return "tell";
    case Type::reply:
      return "reply";
    case Type::error:
      return "error";
    case Type::item:
      return "item";
    case Type::end:
      return "end";
    case Type::credit:
      return "credit";
    case Type::input_item:
      return "input_item";
    case Type::input_end:
      return "input_end";
    case Type::input_credit:
      return "input_credit";
    case Type::pong:
      return "pong";
    case Type::cancel:
      return "cancel";
    case Type::log:
      return "log";
    case Type::drain:
      return "drain";
    case Type::closed:
      return "closed";
  }
  return "?";
}

Bytes frame(wire::FrameType type, ByteView payload) {
  const wire::FrameHeader header{static_cast<std::uint32_t>(payload.size()), type, 0, 0, 0};
  Bytes made(wire::frame_bytes(header));
  wire::store_header(header, std::span(made).first<wire::FrameHeader::size>());
  std::copy(payload.begin(), payload.end(), made.begin() + wire::FrameHeader::size);
  return made;
}

/// A parent whose child has come so far in the handshake.
wire::Session parent_after(const std::string& stage) {
  wire::Session parent(wire::Role::parent, {});
  const auto feed = [&](wire::FrameType type, const Bytes& payload) {
    parent.receive(frame(type, payload), {});
    REQUIRE(parent.next_event().type != wire::Event::Type::closed);
  };
  if (stage == "nothing") return parent;
  wire::Hello hello;
  hello.message_bytes = 1U << 20U;
  hello.open_asks = 16;
  feed(wire::FrameType::hello, wire::to_payload(hello).value());
  if (stage == "hello") return parent;
  REQUIRE(parent.welcome({}));
  if (stage == "welcome") return parent;
  REQUIRE(stage == "ready");
  feed(wire::FrameType::ready, wire::to_payload(wire::Ready{}).value());
  return parent;
}

}  // namespace

TEST_CASE("json.json: other spellings are read, leniency where asked for, mistakes refused",
          "[vectors][json]") {
  const auto file = load("json");
  const Definitions definitions(file["types"]);
  for (const auto& item : file["read"]) {
    INFO(text(item, "name"));
    CHECK(rewritten(definitions, item, false) == text(item, "as"));
    CHECK(rewritten(definitions, item, true) == text(item, "as"));
  }
  for (const auto& item : file["lenient"]) {
    INFO(text(item, "name"));
    CHECK(rewritten(definitions, item, true) == text(item, "as"));
    const auto value = json::parse(text(item, "json")).value();
    CHECK_FALSE(json::to_payload(definitions.package(), definitions.type(text(item, "type")), value,
                                 "value"));
  }
  for (const auto& item : file["refused"]) {
    INFO(text(item, "name"));
    check_refused_json(definitions, item);
  }
}

TEST_CASE("payloads are the bytes of the vectors, both ways", "[vectors]") {
  check_valid(load("payloads"));
}

TEST_CASE("payloads that the vectors call invalid are refused with their code", "[vectors]") {
  const auto file = load("payloads");
  const Definitions definitions(file["types"]);
  for (const auto& item : file["invalid"]) {
    INFO(text(item, "name"));
    CodecLimits limits;
    limits.depth = item.value("depth", limits.depth);
    limits.elements = item.value("elements", limits.elements);
    const auto read = json::to_text(definitions.package(), definitions.type(text(item, "type")),
                                    bytes(item), limits);
    REQUIRE_FALSE(read);
    CHECK(to_string(read.error().code()) == text(item, "error"));
  }
}

TEST_CASE("a valid payload that is cut anywhere is refused", "[vectors]") {
  const auto file = load("payloads");
  const Definitions definitions(file["types"]);
  for (const auto& item : file["valid"]) {
    INFO(text(item, "name"));
    const auto whole = bytes(item);
    const auto type = definitions.type(text(item, "type"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CHECK_FALSE(json::to_text(definitions.package(), type, ByteView(whole).first(size)));
    }
  }
}

TEST_CASE("the payloads of kameo's own frames are the bytes of the vectors", "[vectors]") {
  const auto file = load("handshake");
  check_valid(file);
  for (const auto& item : file["valid"]) {
    INFO(text(item, "name"));
    const auto type = text(item, "type");
    if (type == "Hello") check_own(item, wire::hello_from);
    if (type == "Welcome") check_own(item, wire::welcome_from);
    if (type == "Ready") check_own(item, wire::ready_from);
    if (type == "LogRecord") check_own(item, wire::log_from);
    if (type == "Error") check_own(item, wire::error_from);
  }
}

TEST_CASE("the fields of a hello and a welcome are those of the vectors", "[vectors]") {
  const auto file = load("handshake");
  const auto hello = wire::hello_from(bytes(file["valid"][0])).value();
  CHECK(hello.language == "python 3.11.2");
  CHECK(hello.message_bytes == 67108864);
  CHECK(hello.open_asks == 65536);
  const auto welcome = wire::welcome_from(bytes(file["valid"][2])).value();
  CHECK(welcome.name == "strategy[2]");
  CHECK(welcome.handler == "strategy:Strategy");
  REQUIRE(welcome.routes.size() == 2);
  CHECK(welcome.routes[0].fingerprint == 14695981039346656037U);
  CHECK(welcome.routes[1].to_parent == 1);
  CHECK(welcome.deadline == std::chrono::seconds(60));
}

TEST_CASE("payloads of kameo's own frames that the vectors call invalid are refused", "[vectors]") {
  const auto file = load("handshake");
  for (const auto& item : file["invalid"]) {
    INFO(text(item, "name"));
    const auto type = text(item, "type");
    const auto payload = bytes(item);
    const auto code = type == "Hello"       ? code_of(wire::hello_from(payload))
                      : type == "Ready"     ? code_of(wire::ready_from(payload))
                      : type == "LogRecord" ? code_of(wire::log_from(payload))
                                            : code_of(wire::error_from(payload));
    CHECK(to_string(code) == text(item, "error"));
  }
}

TEST_CASE("the headers of the vectors' frames are read and written as they stand", "[vectors]") {
  const auto file = load("frames");
  for (const auto& item : file["frames"]) {
    INFO(text(item, "name"));
    const auto raw = bytes(item);
    const auto start = ByteView(raw).first<wire::FrameHeader::size>();
    const auto header = wire::load_header(start);
    REQUIRE(header);
    CHECK(wire::to_string(header->type) == text(item, "type"));
    CHECK(header->route == item.value("route", 0));
    CHECK(header->correlation == item.value("correlation", std::uint64_t{0}));
    CHECK(((header->flags & wire::flag::deadline) != 0) == item.contains("deadline_us"));
    CHECK(((header->flags & wire::flag::trace) != 0) == item.contains("trace"));
    CHECK(((header->flags & wire::flag::chain) != 0) == item.contains("chain"));
    CHECK(((header->flags & wire::flag::more) != 0) == item.value("more", false));
    CHECK(((header->flags & wire::flag::window) != 0) == item.contains("window"));
    CHECK(((header->flags & wire::flag::input) != 0) == item.value("input", false));
    CHECK(wire::frame_bytes(*header) == raw.size());
    std::array<std::byte, wire::FrameHeader::size> again{};
    wire::store_header(*header, again);
    CHECK(to_hex(again) == to_hex(start));
  }
}

TEST_CASE("a session tells of the vectors' conversations what they say", "[vectors]") {
  const auto file = load("frames");
  for (const auto& item : file["conversations"]) {
    const auto whole = bytes(item);
    // In one piece and byte by byte: the same must come of it.
    for (const std::size_t piece : {whole.size(), std::size_t{1}}) {
      INFO(text(item, "name") << " in pieces of " << piece);
      auto parent = parent_after(text(item, "after"));
      auto events = Json::array();
      auto ends = Json(nullptr);
      for (std::size_t at = 0; at < whole.size(); at += piece) {
        parent.receive(ByteView(whole).subspan(at, piece), {});
        for (;;) {
          const auto event = parent.next_event();
          if (event.type == wire::Event::Type::none) break;
          events.push_back(name_of(event.type));
          if (event.error) ends = to_string(event.error->code());
        }
      }
      CHECK(events == item["events"]);
      CHECK(ends == item["ends"]);
    }
  }
}

TEST_CASE("schema bytes are those of the vectors, and come back", "[vectors]") {
  const auto file = load("schema");
  check_valid(file);
  for (const auto& item : file["valid"]) {
    INFO(text(item, "name"));
    const auto package = schema::from_bytes(bytes(item));
    REQUIRE(package);
    CHECK(to_hex(schema::to_bytes(*package)) == to_hex(bytes(item)));
  }
}

TEST_CASE("schema bytes that the vectors call invalid are refused", "[vectors]") {
  const auto file = load("schema");
  for (const auto& item : file["invalid"]) {
    INFO(text(item, "name"));
    CHECK(to_string(code_of(schema::from_bytes(bytes(item)))) == text(item, "error"));
  }
}

TEST_CASE("canonical texts and fingerprints are those of the vectors", "[vectors]") {
  const auto file = load("schema");
  const auto package = schema::from_bytes(bytes(file["valid"][0])).value();
  const auto routes = schema::routes_of(package, package.find_actor("Strategy"));
  REQUIRE(routes.size() == file["methods"].size());
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const auto& item = file["methods"][i];
    CHECK(routes[i].name == text(item, "name"));
    CHECK(schema::canonical(package, *routes[i].method) == text(item, "canonical"));
    CHECK(routes[i].fingerprint == std::stoull(text(item, "fingerprint"), nullptr, 16));
  }
}

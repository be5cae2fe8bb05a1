#include <kameo/base64.hpp>
#include <kameo/idl/load.hpp>
#include <kameo/json/payload.hpp>
#include <kameo/schema/conversion.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

/// tests/golden/v1: what the first version wrote is read by this one, and by the next version of
/// its schema, and the other way round.
namespace {

using namespace kameo;

const std::string folder = KAMEO_GOLDEN_V1;

std::string read(const std::string& name) {
  std::ifstream file(folder + "/" + name);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

const json::Value& golden() {
  static const auto all = json::parse(read("golden.json")).value();
  return all;
}
const std::string& text_of(const json::Value& in, std::string_view name) {
  return *in.find(name)->string();
}

Bytes schema_bytes(std::string_view version) {
  return from_base64(text_of(golden(), version)).value();
}
const schema::Package& package(const std::string& version) {
  static const auto first = schema::from_bytes(schema_bytes("v1")).value();
  static const auto second = schema::from_bytes(schema_bytes("v2")).value();
  return version == "v1" ? first : second;
}

/// As this version reads the files from which the schema bytes were made.
schema::Package loaded(const std::string& name) {
  idl::MemoryReader reader;
  reader.add(name, read(name));
  auto made = idl::load_file(name, {}, reader);
  INFO(idl::to_string(made.diagnostics));
  REQUIRE(made.package);
  return std::move(*made.package);
}

Bytes from_hex(const std::string& text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

schema::Type everything(const std::string& version) {
  const auto& types = package(version).types;
  const auto found = std::ranges::find(types, "Everything", &schema::TypeDef::name);
  return schema::named_type(static_cast<std::uint32_t>(found - types.begin()));
}

Result<Bytes> convert(const std::string& from, const std::string& to, const Bytes& payload) {
  const auto source = everything(from);
  const auto target = everything(to);
  const auto conversion = schema::Conversion::make({package(from), source}, {package(to), target},
                                                   "Everything", errc::bad_request)
                              .value();
  Bytes memory;
  const auto converted = conversion.convert(payload, memory);
  if (!converted) return converted.error();
  return Bytes(converted->begin(), converted->end());
}

}  // namespace

TEST_CASE("schema bytes of version 1 say what they said", "[evolution][golden]") {
  CHECK(package("v1") == loaded("archive.kameo.yaml"));
  CHECK(package("v2") == loaded("archive.v2.kameo.yaml"));
  CHECK(schema::to_bytes(package("v1")) == schema_bytes("v1"));
  CHECK(schema::to_bytes(package("v2")) == schema_bytes("v2"));
}

TEST_CASE("payloads of version 1 are read, also by version 2, and are the same when they come back",
          "[evolution][golden]") {
  const auto& payloads = *golden().find("payloads")->array();
  REQUIRE(payloads.size() == 3);
  for (const auto& each : payloads) {
    INFO(text_of(each, "name"));
    const auto check = [&](const std::string& version) {
      const auto& here = *each.find(version);
      const auto bytes = from_hex(text_of(here, "hex"));
      const auto type = everything(version);
      CHECK(json::parse(json::to_text(package(version), type, bytes).value()).value() ==
            *here.find("json"));
      CHECK(json::to_payload(package(version), type, *here.find("json"), "it").value() == bytes);
      return bytes;
    };
    const auto first = check("v1");
    const auto second = check("v2");
    CHECK(convert("v1", "v2", first).value() == second);
    CHECK(convert("v2", "v1", second).value() == first);
  }
}

TEST_CASE("what version 1 does not know is told by name", "[evolution][golden]") {
  const auto& payloads = *golden().find("unknown")->array();
  REQUIRE(payloads.size() == 2);
  for (const auto& each : payloads) {
    const auto converted = convert("v2", "v1", from_hex(text_of(each, "hex")));
    REQUIRE(!converted);
    CHECK(converted.error().code() == errc::bad_request);
    CHECK(converted.error().message() == text_of(each, "error"));
  }
}

#include <kameo/uuid.hpp>

#include <catch2/catch.hpp>

using namespace kameo;

TEST_CASE("a uuid is read in either case and printed in lower case", "[uuid]") {
  const auto uuid = parse_uuid("F81D4FAE-7dec-11d0-A765-00a0c91e6bf6");
  REQUIRE(uuid);
  CHECK(uuid->bytes[0] == 0xF8);
  CHECK(uuid->bytes[15] == 0xF6);
  CHECK(to_string(*uuid) == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
}

TEST_CASE("what is no uuid is refused", "[uuid]") {
  const auto* text =
      GENERATE("", "f81d4fae-7dec-11d0-a765-00a0c91e6bf", "f81d4fae7dec11d0a76500a0c91e6bf6",
               "f81d4fae-7dec-11d0-a765-00a0c91e6bf6 ", "f81d4fae-7dec-11d0-a765_00a0c91e6bf6",
               "g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "{81d4fae-7dec-11d0-a765-00a0c91e6bf}",
               "f81d4fa-e7dec-11d0-a765-00a0c91e6bf6");
  CAPTURE(text);
  const auto refused = parse_uuid(text);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::invalid_argument);
}

TEST_CASE("uuids are ordered as their text is", "[uuid]") {
  const auto a = parse_uuid("00000000-0000-0000-0000-0000000000ff").value();
  const auto b = parse_uuid("01000000-0000-0000-0000-000000000000").value();
  CHECK(a < b);
}

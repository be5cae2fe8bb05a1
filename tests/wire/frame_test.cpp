#include "frames.hpp"

#include "../support/hex.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace kameo;
using namespace kameo::wire;

namespace {

Result<FrameHeader> load(std::string_view hex) {
  const auto bytes = kameo::test::from_hex(hex);
  return load_header(ByteView(bytes).first<FrameHeader::size>());
}

}  // namespace

TEST_CASE("a header is sixteen bytes, little-endian", "[wire][frame]") {
  const FrameHeader header{0x01020304 & 0xFFFF, FrameType::ask, flag::deadline, 0x0506,
                           0x1122334455667788};
  std::array<std::byte, FrameHeader::size> bytes{};
  store_header(header, bytes);
  CHECK(kameo::test::to_hex(bytes) == "04 03 00 00 04 01 06 05 88 77 66 55 44 33 22 11");
  CHECK(load_header(bytes).value() == header);
}

TEST_CASE("each known type has a name and no other number has", "[wire][frame]") {
  std::set<std::string_view> names;
  for (unsigned number = 0; number < 256; ++number) {
    const auto type = static_cast<FrameType>(number);
    CHECK(is_known(type) == (number >= 1 && number <= 18));
    if (is_known(type)) names.insert(to_string(type));
  }
  CHECK(names.size() == 18);
}

TEST_CASE("an unknown type, an unnamed flag and a length beyond the limit are refused",
          "[wire][frame]") {
  CHECK(load("00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00").error().code() == errc::bad_frame);
  CHECK(load("00 00 00 00 13 00 00 00 00 00 00 00 00 00 00 00").error().code() == errc::bad_frame);
  CHECK(load("00 00 00 00 04 40 00 00 00 00 00 00 00 00 00 00").error().code() == errc::bad_frame);
  CHECK(load("00 00 01 00 04 00 00 00 00 00 00 00 00 00 00 00"));
  const auto large = load("01 00 01 00 04 00 00 00 00 00 00 00 00 00 00 00");
  REQUIRE_FALSE(large);
  CHECK(large.error().code() == errc::over_limit);
  CHECK_THAT(large.error().message(), Catch::Contains("65537"));
}

TEST_CASE("frames end on multiples of eight", "[wire][frame]") {
  CHECK(padded(0) == 0);
  CHECK(padded(1) == 8);
  CHECK(padded(8) == 8);
  CHECK(frame_bytes({9, FrameType::tell, 0, 1, 0}) == 32);
}

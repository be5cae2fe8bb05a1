#pragma once

#include <kameo/wire/frame.hpp>

#include <cstring>

namespace kameo::wire::test {

/// A frame put together by hand, so that it may break any rule.
inline Bytes frame(FrameHeader header, ByteView body = {}) {
  header.length = static_cast<std::uint32_t>(body.size());
  Bytes bytes(frame_bytes(header));
  store_header(header, std::span(bytes).first<FrameHeader::size>());
  if (!body.empty()) std::memcpy(bytes.data() + FrameHeader::size, body.data(), body.size());
  return bytes;
}
inline Bytes frame(FrameType type, std::uint8_t flags, std::uint16_t route, std::uint64_t id,
                   std::string_view body = {}) {
  return frame({0, type, flags, route, id}, as_bytes(body));
}

inline Bytes operator+(Bytes first, ByteView second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace kameo::wire::test

#include "payload.hpp"

#include "random.hpp"

#include <algorithm>
#include <cstring>

namespace kameo::simulation {
namespace {

/// The bytes after the first 16: words of a counter, mixed.
void fill(const Content& content, std::span<std::byte> out) {
  auto word = content.serial * 1000003U + content.index;
  for (std::size_t at = 0; at < out.size(); at += 8) {
    const auto mixed = Random::mix(++word);
    std::memcpy(out.data() + at, &mixed, std::min<std::size_t>(8, out.size() - at));
  }
}

}  // namespace

Bytes make_payload(const Content& content) {
  Bytes bytes(content.size);
  std::memcpy(bytes.data(), &content.serial, 8);
  std::memcpy(bytes.data() + 8, &content.index, 4);
  std::memcpy(bytes.data() + 12, &content.size, 4);
  fill(content, std::span(bytes).subspan(16));
  return bytes;
}

std::optional<Content> read_payload(ByteView payload) {
  if (payload.size() < 16) return std::nullopt;
  Content content;
  std::memcpy(&content.serial, payload.data(), 8);
  std::memcpy(&content.index, payload.data() + 8, 4);
  std::memcpy(&content.size, payload.data() + 12, 4);
  if (content.size != payload.size()) return std::nullopt;
  const auto whole = make_payload(content);
  if (std::memcmp(whole.data(), payload.data(), payload.size()) != 0) return std::nullopt;
  return content;
}

}  // namespace kameo::simulation

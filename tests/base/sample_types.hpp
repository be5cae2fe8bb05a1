#pragma once

#include <kameo/codec.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What kameo-gen would write for a small IDL file, by hand: this layer's tests may not need the
/// generator.
namespace sample {

enum class Side : std::uint16_t { buy, sell };

inline std::size_t encoded_end(std::size_t at, Side) {
  return at + 2;
}
inline void encode(kameo::Encoder& out, Side value) {
  out.put(static_cast<std::uint16_t>(value));
}
inline void decode(kameo::Decoder& in, Side& value) {
  value = static_cast<Side>(in.tag(2, "Side"));
}

struct Tick {
  std::string symbol;
  double price = 0.0;
  kameo::Timestamp at;

  friend bool operator==(const Tick&, const Tick&) = default;
};

inline std::size_t encoded_end(std::size_t at, const Tick& value) {
  return kameo::fields_end(at, value.symbol, value.price, value.at);
}
inline void encode(kameo::Encoder& out, const Tick& value) {
  kameo::encode_fields(out, value.symbol, value.price, value.at);
}
inline void decode(kameo::Decoder& in, Tick& value) {
  kameo::decode_fields(in, value.symbol, value.price, value.at);
}

/// Recursive: every level is one struct deeper.
struct Tree {
  std::uint8_t label = 0;
  std::vector<Tree> children;

  friend bool operator==(const Tree&, const Tree&) = default;
};

std::size_t encoded_end(std::size_t at, const Tree& value);
void encode(kameo::Encoder& out, const Tree& value);
void decode(kameo::Decoder& in, Tree& value);

inline std::size_t encoded_end(std::size_t at, const Tree& value) {
  return kameo::fields_end(at, value.label, value.children);
}
inline void encode(kameo::Encoder& out, const Tree& value) {
  kameo::encode_fields(out, value.label, value.children);
}
inline void decode(kameo::Decoder& in, Tree& value) {
  kameo::decode_fields(in, value.label, value.children);
}

/// A chain of `length` trees.
inline Tree chain(int length) {
  Tree root;
  for (int i = 1; i < length; ++i) {
    Tree parent;
    parent.children.push_back(std::move(root));
    root = std::move(parent);
  }
  return root;
}

}  // namespace sample

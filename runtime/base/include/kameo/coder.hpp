#pragma once

#include <kameo/bytes.hpp>
#include <kameo/result.hpp>

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace kameo {

static_assert(std::endian::native == std::endian::little,
              "the payload is little-endian and copied as it stands in memory");

/// What one payload may cost its reader, checked before memory is taken.
struct CodecLimits {
  std::uint32_t depth = 64;           ///< structs and unions inside each other
  std::uint32_t elements = 16777216;  ///< of all lists, sets, maps of one payload together
};

/// Writes payloads (docs/protocol.md, "Payload") into memory sized beforehand.
/// The first failure stays: later writes do nothing, `error()` tells.
/// Thread-safety: none.
class Encoder {
 public:
  /// `out` is the whole payload, as long as `encoded_end(0, …)` said.
  explicit Encoder(std::span<std::byte> out, CodecLimits limits = {}) noexcept
      : out_(out), limits_(limits) {}

  template <class Number>
    requires std::is_arithmetic_v<Number>
  void put(Number number) {
    raw(&number, sizeof number);
  }
  /// A count or length; fails beyond 32 bits.
  void count(std::size_t n);
  /// Length and text; fails with `invalid_argument` where it is not UTF-8.
  void text(std::string_view text);
  void bytes(ByteView bytes);
  /// Bytes as they are.
  void raw(const void* data, std::size_t size) {
    if (size > out_.size() - at_) return overrun();
    if (size != 0) std::memcpy(out_.data() + at_, data, size);
    at_ += size;
  }
  /// Zero bytes up to the next multiple of `alignment`, a power of two.
  void align(std::size_t alignment);

  /// One struct or union deeper; false and failed beyond the limit. Pairs with `leave`.
  bool enter();
  void leave() noexcept { --depth_; }

  void fail(Error error) {
    if (error_) return;
    error_ = std::move(error);
    out_ = out_.first(at_);  // so that no write has to look at `error_`
  }
  [[nodiscard]] bool ok() const noexcept { return !error_; }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

 private:
  void overrun();

  std::span<std::byte> out_;
  std::size_t at_ = 0;
  CodecLimits limits_;
  std::uint32_t depth_ = 0;
  std::optional<Error> error_;
};

/// Reads payloads; trusts nothing in them. After the first failure every read gives zero or empty
/// and every count 0, so that loops end; `error()` tells, with the offset of the bad byte.
/// Thread-safety: none.
class Decoder {
 public:
  explicit Decoder(ByteView in, CodecLimits limits = {}) noexcept : in_(in), limits_(limits) {}

  template <class Number>
    requires std::is_arithmetic_v<Number>
  Number get() {
    Number number{};
    raw(&number, sizeof number);
    return number;
  }
  /// One byte that must be 0 or 1.
  bool flag();
  /// How many elements follow. Fails where not that many, each of at least `min_bytes` (≥ 1),
  /// could stand in what is left, and beyond `CodecLimits::elements`.
  std::uint32_t count(std::size_t min_bytes);
  /// Views into the payload; they live as long as it does.
  std::string_view text();
  ByteView bytes();
  /// `size` bytes in place; empty and failed where they are not there.
  ByteView take(std::size_t size);
  /// Skips the zero bytes up to the next multiple of `alignment`; others fail.
  void align(std::size_t alignment);
  /// An enum value or a union tag; fails unless below `limit`.
  std::uint16_t tag(std::uint16_t limit, std::string_view what);

  bool enter();
  void leave() noexcept { --depth_; }

  /// Fails with `errc::bad_request`; who reads a reply knows that it does, and changes the code.
  void fail(std::string message);
  /// Fails where bytes are left over.
  void finish();
  [[nodiscard]] bool ok() const noexcept { return !error_; }
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }
  [[nodiscard]] std::size_t left() const noexcept { return in_.size() - at_; }

 private:
  void raw(void* out, std::size_t size) {
    if (size > left()) return truncated(size);
    std::memcpy(out, in_.data() + at_, size);
    at_ += size;
  }
  void truncated(std::size_t wanted);
  void fail(Error error);

  ByteView in_;
  std::size_t at_ = 0;
  CodecLimits limits_;
  std::uint32_t depth_ = 0;
  std::uint32_t elements_ = 0;
  std::optional<Error> error_;
};

}  // namespace kameo

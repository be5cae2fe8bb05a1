#include <kameo/codec.hpp>
#include <kameo/coder.hpp>
#include <kameo/utf8.hpp>

#include <limits>

namespace kameo {

void Encoder::count(std::size_t n) {
  if (n > std::numeric_limits<std::uint32_t>::max()) {
    return fail(kameo::fail(errc::over_limit, "a length of ", n, " does not fit 32 bits"));
  }
  put(static_cast<std::uint32_t>(n));
}

void Encoder::text(std::string_view text) {
  if (const auto good = utf8_valid_prefix(text); good != text.size()) {
    return fail(kameo::fail(errc::invalid_argument, "text that is not UTF-8, at its byte ", good,
                            "; use `bytes` for what is not text"));
  }
  bytes(kameo::as_bytes(text));
}

void Encoder::bytes(ByteView bytes) {
  count(bytes.size());
  if (ok()) raw(bytes.data(), bytes.size());
}

void Encoder::align(std::size_t alignment) {
  constexpr std::byte zeros[16]{};
  raw(zeros, detail::align_up(at_, alignment) - at_);
}

bool Encoder::enter() {
  if (depth_ == limits_.depth) {
    fail(kameo::fail(errc::over_limit, "nested deeper than CodecLimits::depth, ", limits_.depth));
    return false;
  }
  ++depth_;
  return true;
}

void Encoder::overrun() {
  // After a failure what follows may not fit, and nobody will read it. Else it is a bug of ours.
  fail(Error(errc::internal, "a payload larger than it was sized"));
}

bool Decoder::flag() {
  const auto value = get<std::uint8_t>();
  if (value > 1) fail(concat("a flag of ", value, " where only 0 and 1 go"));
  return value == 1;
}

std::uint32_t Decoder::count(std::size_t min_bytes) {
  const auto claimed = get<std::uint32_t>();
  if (claimed > left() / min_bytes) {
    fail(concat("a count of ", claimed, " with ", left(), " bytes left"));
    return 0;
  }
  if (claimed > limits_.elements - elements_) {
    fail(kameo::fail(errc::over_limit, "more elements than CodecLimits::elements, ",
                     limits_.elements));
    return 0;
  }
  elements_ += claimed;
  return error_ ? 0 : claimed;
}

ByteView Decoder::take(std::size_t size) {
  if (size > left()) {
    truncated(size);
    return {};
  }
  const auto view = in_.subspan(at_, size);
  at_ += size;
  return view;
}

ByteView Decoder::bytes() {
  return take(get<std::uint32_t>());
}

std::string_view Decoder::text() {
  const auto view = as_text(bytes());
  if (const auto good = utf8_valid_prefix(view); good != view.size()) {
    fail(concat("text that is not UTF-8, at its byte ", good));
    return {};
  }
  return view;
}

void Decoder::align(std::size_t alignment) {
  for (const auto pad : take(detail::align_up(at_, alignment) - at_)) {
    if (pad != std::byte{0}) return fail("padding that is not zero");
  }
}

std::uint16_t Decoder::tag(std::uint16_t limit, std::string_view what) {
  const auto value = get<std::uint16_t>();
  if (value < limit) return value;
  fail(concat("number ", value, " where ", what, " has ", limit, " alternatives"));
  return 0;
}

bool Decoder::enter() {
  if (error_) return false;
  if (depth_ == limits_.depth) {
    fail(kameo::fail(errc::over_limit, "nested deeper than CodecLimits::depth, ", limits_.depth));
    return false;
  }
  ++depth_;
  return true;
}

void Decoder::fail(std::string message) {
  fail(kameo::fail(errc::bad_request, message, " (payload offset ", at_, ")"));
}

void Decoder::fail(Error error) {
  if (error_) return;
  error_ = std::move(error);
  in_ = in_.first(at_);  // nothing is left, so that no read has to look at `error_`
}

void Decoder::finish() {
  if (left() != 0) fail(concat(left(), " bytes after the end of the value"));
}

void Decoder::truncated(std::size_t wanted) {
  fail(concat("ends where ", wanted, " more bytes should stand; ", left(), " left"));
}

void Codec<Decimal>::write(Encoder& out, const Decimal& value) {
  if (!is_valid(value)) {
    return out.fail(kameo::fail(errc::invalid_argument, "a decimal of more than ",
                                Decimal::max_digits, " digits or an exponent out of range"));
  }
  out.put(value.low);
  out.put(value.high);
  out.put(value.exponent);
  out.put(std::uint8_t{value.negative});
}

void Codec<Decimal>::read(Decoder& in, Decimal& value) {
  value.low = in.get<std::uint64_t>();
  value.high = in.get<std::uint64_t>();
  value.exponent = in.get<std::int16_t>();
  value.negative = in.flag();
  if (in.ok() && !is_valid(value)) in.fail("a decimal of more than 34 digits or out of range");
}

}  // namespace kameo

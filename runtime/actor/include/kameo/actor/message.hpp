#pragma once

#include <kameo/codec.hpp>

#include <memory>
#include <utility>
#include <variant>

namespace kameo::actor {

/// A message as bytes, for callers that know its type only at run time: ask with one, or for one.
struct Payload {
  Payload() = default;
  explicit Payload(Bytes encoded) : bytes(std::move(encoded)) {}
  Bytes bytes;
};

/// A request or a reply on its way: the value itself inside a process, its payload across one.
/// Turns into the other form only when the receiver wants that one. Moves, does not copy.
/// Thread-safety: none.
class Message {
 public:
  /// Takes the value as it is.
  template <class T>
  [[nodiscard]] static Message of(T value) {
    return Message(std::make_unique<Holder<T>>(std::move(value)));
  }
  [[nodiscard]] static Message from_payload(Bytes payload) { return Message(std::move(payload)); }

  /// The value; decodes where the message is a payload. Fails with `bad_request`, also where the
  /// value breaks its limits, and `over_limit`.
  template <class T>
  [[nodiscard]] Result<T> take() && {
    if (const auto* holder = std::get_if<std::unique_ptr<AnyValue>>(&state_)) {
      if ((*holder)->type == type_id<T>()) {
        auto& value = static_cast<Holder<T>&>(**holder).value;
        if (auto broken = broken_limits(value, errc::bad_request)) return *broken;
        return std::move(value);
      }
      // Two copies of one generated type, as two shared libraries can have: the payload is equal.
      auto payload = (*holder)->encode();
      if (!payload) return payload.error();
      return decode_payload<T>(*payload);
    }
    return decode_payload<T>(std::get<Bytes>(state_));
  }

  /// The payload; encodes where the message is a value. Fails with `invalid_argument`,
  /// `over_limit`.
  [[nodiscard]] Result<Bytes> payload() && {
    if (const auto* holder = std::get_if<std::unique_ptr<AnyValue>>(&state_)) {
      return (*holder)->encode();
    }
    return std::move(std::get<Bytes>(state_));
  }

 private:
  struct AnyValue {
    explicit AnyValue(const void* id) : type(id) {}
    AnyValue(const AnyValue&) = delete;
    AnyValue& operator=(const AnyValue&) = delete;
    virtual ~AnyValue() = default;
    [[nodiscard]] virtual Result<Bytes> encode() const = 0;
    const void* type;
  };
  template <class T>
  struct Holder final : AnyValue {
    explicit Holder(T held) : AnyValue(type_id<T>()), value(std::move(held)) {}
    [[nodiscard]] Result<Bytes> encode() const override { return encode_payload(value); }
    T value;
  };
  template <class T>
  static const void* type_id() noexcept {
    static constexpr char id = 0;
    return &id;
  }

  explicit Message(std::unique_ptr<AnyValue> value) : state_(std::move(value)) {}
  explicit Message(Bytes payload) : state_(std::move(payload)) {}

  std::variant<std::unique_ptr<AnyValue>, Bytes> state_;
};

}  // namespace kameo::actor

#include <kameo/wire/handshake.hpp>

#include <kameo/codec.hpp>

namespace kameo {

// ErrorData is of another namespace than its codec would be found in, so it is specialised.
template <>
struct Codec<ErrorData> {
  static auto fields(auto& error, auto visit) {
    return visit(error.message, error.where, error.type, error.traceback, error.notes, error.cause,
                 error.declared, error.payload);
  }
  static std::size_t end(std::size_t at, const ErrorData& error) {
    return fields(error, [at](const auto&... f) { return fields_end(at + 2, f...); });
  }
  static void write(Encoder& out, const ErrorData& error) {
    out.put(static_cast<std::uint16_t>(error.code));
    fields(error, [&out](const auto&... f) { encode_fields(out, f...); });
  }
  static void read(Decoder& in, ErrorData& error) {
    error.code = static_cast<errc>(in.get<std::uint16_t>());
    fields(error, [&in](auto&... f) { decode_fields(in, f...); });
  }
};

}  // namespace kameo

namespace kameo::wire {

// The fields of each payload, once for size, write and read. Not in an unnamed namespace: the
// codec of the containers that hold them finds them by argument-dependent look-up.
static auto fields_of(auto& hello, auto visit)
  requires std::same_as<std::remove_const_t<std::remove_reference_t<decltype(hello)>>, Hello>
{
  return visit(hello.magic, hello.major, hello.minor, hello.language, hello.runtime,
               hello.capabilities, hello.message_bytes, hello.open_asks);
}
static auto fields_of(auto& route, auto visit)
  requires std::same_as<std::remove_const_t<std::remove_reference_t<decltype(route)>>, RouteInfo>
{
  return visit(route.number, route.to_parent, route.name, route.fingerprint);
}
static auto fields_of(auto& welcome, auto visit)
  requires std::same_as<std::remove_const_t<std::remove_reference_t<decltype(welcome)>>, Welcome>
{
  return visit(welcome.minor, welcome.capabilities, welcome.message_bytes, welcome.open_asks,
               welcome.actor, welcome.name, welcome.incarnation, welcome.log_level, welcome.handler,
               welcome.path, welcome.schema, welcome.config, welcome.routes, welcome.deadline);
}
static auto fields_of(auto& refused, auto visit)
  requires std::same_as<std::remove_const_t<std::remove_reference_t<decltype(refused)>>,
                        RefusedRoute>
{
  return visit(refused.number, refused.why);
}
static auto fields_of(auto& ready, auto visit)
  requires std::same_as<std::remove_const_t<std::remove_reference_t<decltype(ready)>>, Ready>
{
  return visit(ready.refused);
}
static auto fields_of(auto& record, auto visit)
  requires std::same_as<std::remove_const_t<std::remove_reference_t<decltype(record)>>, LogRecord>
{
  return visit(record.level, record.source, record.logger, record.message, record.file, record.line,
               record.at, record.traceback, record.extra);
}

static std::size_t encoded_end(std::size_t at, LogLevel) {
  return at + 2;
}
static void encode(Encoder& out, LogLevel level) {
  out.put(static_cast<std::uint16_t>(level));
}
static void decode(Decoder& in, LogLevel& level) {
  level = static_cast<LogLevel>(in.tag(5, "LogLevel"));
}

template <class T>
concept Listed = requires(T& value) { fields_of(value, [](auto&...) {}); };

template <Listed T>
static std::size_t encoded_end(std::size_t at, const T& value) {
  return fields_of(value, [at](const auto&... f) { return fields_end(at, f...); });
}
template <Listed T>
static void encode(Encoder& out, const T& value) {
  fields_of(value, [&out](const auto&... f) { encode_fields(out, f...); });
}
template <Listed T>
static void decode(Decoder& in, T& value) {
  fields_of(value, [&in](auto&... f) { decode_fields(in, f...); });
}

/// A payload that kameo defines is part of the protocol: one that can't be read is a bad frame,
/// not a bad request of some user's.
template <class T>
static Result<T> from_payload(ByteView payload, std::string_view what) {
  T value;
  Decoder in(payload);
  // Not to the end: a newer minor version may have put fields behind those known here.
  Codec<T>::read(in, value);
  if (in.ok()) return value;
  if (in.error()->code() == errc::over_limit) return *in.error();
  return fail(errc::bad_frame, "payload of ", what, ": ", in.error()->message());
}

std::string_view to_string(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
    case LogLevel::critical:
      return "critical";
  }
  return "unknown";
}

Result<Bytes> to_payload(const Hello& hello) {
  return encode_payload(hello);
}
Result<Bytes> to_payload(const Welcome& welcome) {
  return encode_payload(welcome);
}
Result<Bytes> to_payload(const Ready& ready) {
  return encode_payload(ready);
}
Result<Bytes> to_payload(const LogRecord& record) {
  return encode_payload(record);
}
Result<Bytes> to_payload(const Error& error) {
  return encode_payload(error.data());
}

Result<Hello> hello_from(ByteView payload) {
  // These three fields stay in every version to come, so that a mismatch can be told.
  Hello start;
  Decoder in(payload);
  Codec<std::uint32_t>::read(in, start.magic);
  Codec<std::uint16_t>::read(in, start.major);
  Codec<std::uint16_t>::read(in, start.minor);
  if (!in.ok() || start.magic != magic)
    return fail(errc::bad_frame, "a hello without kameo's magic");
  if (start.major != protocol_major) return start;
  return from_payload<Hello>(payload, "hello");
}
Result<Welcome> welcome_from(ByteView payload) {
  return from_payload<Welcome>(payload, "welcome");
}
Result<Ready> ready_from(ByteView payload) {
  return from_payload<Ready>(payload, "ready");
}
Result<LogRecord> log_from(ByteView payload) {
  return from_payload<LogRecord>(payload, "log");
}
Result<ErrorData> error_from(ByteView payload) {
  return from_payload<ErrorData>(payload, "error");
}

}  // namespace kameo::wire

#pragma once

#include <kameo/bytes.hpp>
#include <kameo/error.hpp>
#include <kameo/result.hpp>
#include <kameo/schema/routes.hpp>
#include <kameo/time.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// The payloads of the frames that kameo itself defines. Each is encoded as the IDL structure with
/// the same fields in the same order would be (docs/protocol.md lists them as IDL).
namespace kameo::wire {

inline constexpr std::uint32_t magic = 0x4F454D4B;  ///< "KMEO" as it stands in memory
/// Versions with the same major number understand each other; minor ones only add.
inline constexpr std::uint16_t protocol_major = 1;
inline constexpr std::uint16_t protocol_minor = 0;

/// The child's first frame.
struct Hello {
  std::uint32_t magic = wire::magic;
  std::uint16_t major = protocol_major;
  std::uint16_t minor = protocol_minor;
  std::string language;  ///< `python 3.11.2`, `c++`
  std::string runtime;   ///< kameo's version
  std::uint64_t capabilities = 0;
  std::uint32_t message_bytes = 0;  ///< Limits of the sender
  std::uint32_t open_asks = 0;
};

struct RouteInfo {
  schema::RouteNumber number = 0;
  std::uint8_t to_parent = 0;  ///< 0: asked of the child; 1: a callback, asked of the parent
  std::string name;            ///< `evaluate`, `market.Price`
  std::uint64_t fingerprint = 0;
};

/// The parent's answer to hello.
struct Welcome {
  std::uint16_t minor = protocol_minor;  ///< the lower of both
  std::uint64_t capabilities = 0;        ///< what both have
  std::uint32_t message_bytes = 0;
  std::uint32_t open_asks = 0;
  std::string actor;  ///< type: `trading.Strategy`; empty for a child that only provides
  std::string name;   ///< of the slot, for logs: `strategy[2]`
  std::uint32_t incarnation = 1;
  std::string log_level;          ///< debug, info, warning, error, critical
  std::string handler;            ///< `strategy:Strategy`; empty for a child that knows by `actor`
  std::vector<std::string> path;  ///< to put in front of sys.path
  Bytes schema;                   ///< schema::to_bytes
  Bytes config;                   ///< payload of the actor's config
  std::vector<RouteInfo> routes;
  /// How long the child's own asks wait where nothing else says so; 0: for ever.
  Duration deadline{0};
};

struct RefusedRoute {
  schema::RouteNumber number = 0;
  std::string why;  ///< the first difference
};

/// The child has started. Routes that it knows with another fingerprint are refused one by one.
struct Ready {
  std::vector<RefusedRoute> refused;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error, critical };

/// One thing that the child said, by whichever way.
struct LogRecord {
  LogLevel level = LogLevel::info;
  std::string source;  ///< `logging`, `warnings`, `stdout`, `stderr`, `kameo`
  std::string logger;  ///< its name; empty for stdout and stderr
  std::string message;
  std::string file;  ///< empty where not known
  std::uint32_t line = 0;
  Timestamp at;
  std::string traceback;
  std::map<std::string, std::string> extra;  ///< what `extra=` gave, as text
};

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;

// Payload of each; decoding fails with `bad_frame` or `over_limit`. Bytes behind the known fields
// are ignored: a newer minor version may have added some.
[[nodiscard]] Result<Bytes> to_payload(const Hello& hello);
[[nodiscard]] Result<Bytes> to_payload(const Welcome& welcome);
[[nodiscard]] Result<Bytes> to_payload(const Ready& ready);
[[nodiscard]] Result<Bytes> to_payload(const LogRecord& record);
/// `ErrorData::death` does not travel.
[[nodiscard]] Result<Bytes> to_payload(const Error& error);
/// Of another major version only `magic`, `major` and `minor` are filled in.
[[nodiscard]] Result<Hello> hello_from(ByteView payload);
[[nodiscard]] Result<Welcome> welcome_from(ByteView payload);
[[nodiscard]] Result<Ready> ready_from(ByteView payload);
[[nodiscard]] Result<LogRecord> log_from(ByteView payload);
[[nodiscard]] Result<ErrorData> error_from(ByteView payload);

}  // namespace kameo::wire

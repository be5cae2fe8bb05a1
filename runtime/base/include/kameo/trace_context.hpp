#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kameo {

/// Which distributed trace an ask belongs to, as W3C Trace Context has it: made by the caller's
/// tracing library, carried by kameo as it is, handed on to all that is asked while it is handled.
struct TraceContext {
  std::array<std::byte, 16> trace_id{};
  std::array<std::byte, 8> span_id{};
  std::uint8_t flags = 0;  ///< 1: sampled

  friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// The `traceparent` header: `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`.
[[nodiscard]] std::string to_string(const TraceContext& trace);
/// From that header; none where it is not one, or an id is all zeros, which stands for none.
[[nodiscard]] std::optional<TraceContext> parse_traceparent(std::string_view text);

}  // namespace kameo

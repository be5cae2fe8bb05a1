#pragma once

#include <kameo/result.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace kameo {

/// A point in time in UTC, to the microsecond; the C++ type of the IDL's `timestamp`.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// A length of time, to the microsecond; the C++ type of the IDL's `duration`.
using Duration = std::chrono::microseconds;

/// RFC 3339 with `Z` and as many decimals as are needed: `2026-11-21T09:30:00.25Z`. Years beyond
/// 0000..9999 are written with a sign and six digits or more.
[[nodiscard]] std::string to_string(Timestamp at);
/// Reads what `to_string` writes, and offsets such as `+02:00`.
/// Fails with `invalid_argument`, also for more than six decimals.
[[nodiscard]] Result<Timestamp> parse_timestamp(std::string_view text);

/// The largest units that leave no rest, as the IDL spells them: `1h30m`, `250ms`, `-5us`, `0s`.
[[nodiscard]] std::string to_string(Duration length);
/// Reads numbers with a unit, one or more: `1h30m`, `1.5s`, `250ms`. Units: d h m s ms us.
/// Fails with `invalid_argument`.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);

}  // namespace kameo

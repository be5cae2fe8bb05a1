#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kameo {

/// `text` for one line of a message: quotes, backslashes, control characters and bytes that are
/// not UTF-8 escaped, cut between characters after `max_bytes` with "…".
[[nodiscard]] std::string escaped(std::string_view text, std::size_t max_bytes);

/// The same in backquotes, cut to what a message can bear.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace kameo

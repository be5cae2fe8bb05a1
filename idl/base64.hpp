#pragma once

#include <kameo/bytes.hpp>

#include <optional>
#include <string_view>

namespace kameo::idl {

/// RFC 4648's base64 with its padding; none for anything else, blanks and spare bits included.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

}  // namespace kameo::idl

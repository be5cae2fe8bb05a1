#pragma once

#include <kameo/bytes.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace kameo {

/// RFC 4648, section 4, with padding.
void append_base64(std::string& out, ByteView bytes);
/// None where the text is not exactly what `append_base64` writes for some bytes.
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

}  // namespace kameo

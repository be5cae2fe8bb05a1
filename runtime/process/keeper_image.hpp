#pragma once

#include <kameo/bytes.hpp>

namespace kameo::process {

/// The keeper's program, as the linker put it into this library.
[[nodiscard]] ByteView keeper_image() noexcept;

}  // namespace kameo::process

#pragma once

#include <kameo/schema/package.hpp>

#include <optional>
#include <string>

namespace kameo::schema {

/// A rule that a package breaks.
struct Fault {
  std::string why;                    ///< "a type nested too deep"
  std::optional<std::uint32_t> type;  ///< whose definition breaks it: an index into Package::types
};

/// Whether other code may follow the package's indices and types without looking: what `from_bytes`
/// asks of bytes from elsewhere (docs/protocol.md, "Schema bytes"). The IDL's checker finds nearly
/// all of it first, with better words.
[[nodiscard]] std::optional<Fault> find_fault(const Package& package);

}  // namespace kameo::schema

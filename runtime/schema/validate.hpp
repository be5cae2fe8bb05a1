#pragma once

#include <kameo/schema/package.hpp>

namespace kameo::schema {

/// Whether other code may follow the package's indices and types without looking: the rules that
/// the IDL's checker keeps and that bytes from elsewhere may break. Fails with `bad_request`.
[[nodiscard]] Result<void> validate(const Package& package);

}  // namespace kameo::schema

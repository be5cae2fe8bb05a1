#pragma once

#include <kameo/result.hpp>
#include <kameo/schema/package.hpp>

#include <string>

namespace kameo::codegen {

/// One HTML page for a package and all that it imports: types, callback modules and actors, with
/// their docs, limits and defaults, each name a link to its declaration. The page needs no other
/// file and no network. Same package, same bytes.
[[nodiscard]] Result<std::string> generate_html(const schema::Package& package);

}  // namespace kameo::codegen

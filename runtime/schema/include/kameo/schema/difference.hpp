#pragma once

#include <kameo/schema/package.hpp>

#include <string>

namespace kameo::schema {

/// The first place at which the messages of a method differ between two schemas, for people:
/// "request.items[].price is f64 here and f32 there". Empty exactly where their canonical texts,
/// and so their fingerprints, are equal.
[[nodiscard]] std::string first_difference(const Package& here, const Method& mine,
                                           const Package& there, const Method& theirs);

}  // namespace kameo::schema

#pragma once

#include <kameo/schema/package.hpp>

#include <string>

namespace kameo::schema {

/// The first place at which the messages of a method differ between two schemas, for people:
/// "request.items[].price is f64 here and f32 there". Empty exactly where their canonical texts,
/// and so their fingerprints, are equal.
[[nodiscard]] std::string first_difference(const Package& here, const Method& mine,
                                           const Package& there, const Method& theirs);

/// The first difference that a conversion (conversion.hpp) can't bridge; empty where it can bridge
/// all there are. These it can, wherever they stand in a message, each at the end of its list:
/// fields with a default or of an optional type, enum values, variants of a union, declared errors.
/// It does not matter which side has more.
[[nodiscard]] std::string first_conflict(const Package& here, const Method& mine,
                                         const Package& there, const Method& theirs);
/// The same for two types; `path` is how the value is called: "config".
[[nodiscard]] std::string first_conflict(const Package& here, const Type& mine,
                                         const Package& there, const Type& theirs,
                                         const std::string& path);

/// Whether values of two types are written alike. Names of types do not count.
[[nodiscard]] bool written_alike(const Package& here, const Type& mine, const Package& there,
                                 const Type& theirs);

/// Whether a value without the field still has one: it has a default, or is of an optional type.
[[nodiscard]] bool may_be_left_out(const Package& package, const Field& field);

}  // namespace kameo::schema

#pragma once

#include <kameo/schema/package.hpp>

#include <string_view>

/// What people read for the forms of things: one set for every message that compares schemas.
namespace kameo::schema {

/// `a struct`, `an enum`, `a union`, `an alias`.
[[nodiscard]] std::string_view word(TypeDef::Form form) noexcept;
/// What a variant holds: `nothing`, `a value`, `fields`.
[[nodiscard]] std::string_view word(Variant::Shape shape) noexcept;
/// What a method gives: `no answer`, `a reply`, `a stream`.
[[nodiscard]] std::string_view word(Answer answer) noexcept;

}  // namespace kameo::schema

#pragma once

#include <kameo/schema/package.hpp>

#include <string>
#include <string_view>
#include <vector>

/// A package with one type of each form, and a way to say any type in a test.
namespace kameo::json::testing {

/// Side: enum [buy, sell]
/// Tick: struct {symbol: string, size: u8 = 7, note: optional<string>}
/// Order: union {cancel, market: u32 1..100, limit: {size: u32, price: f64}, parts: list<Order>}
/// Quantity: alias of u32;  Secret: struct {token: u8, secret};  Grid: struct {cells: array<f64> =
/// [1]} Limited: struct with a field per kind of limit;  Empty: struct {};  Tree: alias of
/// list<Tree>
[[nodiscard]] const schema::Package& trading();

/// The type of that name.
[[nodiscard]] schema::Type named(std::string_view name);
[[nodiscard]] schema::Type of(schema::Kind kind, std::vector<schema::Type> args = {},
                              std::vector<std::uint32_t> dims = {});

/// Bytes from hex digits; blanks are for the reader.
[[nodiscard]] Bytes unhex(std::string_view text);
[[nodiscard]] std::string hex(ByteView bytes);

}  // namespace kameo::json::testing

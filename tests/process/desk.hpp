#pragma once

// An actor whose schema has three versions: this program's children are built from the second, the
// tests are parents of the first and the third.

#include <kameo/kameo.hpp>
#include <kameo/schema/package.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace desk {

/// Actor `desk.Desk` and module `exchange`. All their messages, and the config, are an Order:
///
///     Order:  symbol, side               from version 1
///             size: u32, default 10      from version 2
///             note: optional<string>     from version 3
///     Side:   buy, sell in version 1; hold from version 2; wait from version 3
[[nodiscard]] std::shared_ptr<const kameo::schema::Package> package(int version);

struct Desk {
  [[nodiscard]] static const kameo::ActorType& type();
};

/// Its handlers answer with `symbol` and the size that they saw, `AAPL:10`; where the symbol is
/// `hold!` with that side.
///
///     echo   that, with the same side
///     repeat a stream of that, three times
///     join   with an input stream: the symbols of all items
///     fail   the declared error desk.Order, with that
///     note   tell: kept, `noted` answers with it
///     price  what exchange.Price answers to it
///     ticks  the symbols of what exchange.Ticks streams
[[nodiscard]] std::unique_ptr<kameo::Handler> make(const kameo::ActorContext& context);

}  // namespace desk

#pragma once

#include <kameo/wire/session.hpp>

/// A child's end of its connection, for children that are not kameo's own: blocking, and with as
/// many or as few rules as they like.
namespace raw {

inline constexpr int parent = 3;

/// All of it; the process ends where the parent is gone.
void put(kameo::ByteView bytes);
/// What the session has to say.
void write_out(kameo::wire::Session& session);
/// The next event; the process ends with the connection.
kameo::wire::Event next(kameo::wire::Session& session);
/// The next of that type; the others are passed over.
kameo::wire::Event next(kameo::wire::Session& session, kameo::wire::Event::Type wanted);
/// The process ends where it did not work.
void must(const kameo::Result<void>& done);

}  // namespace raw

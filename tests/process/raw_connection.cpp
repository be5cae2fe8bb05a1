#include "raw_connection.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace raw {

using kameo::wire::Event;
using kameo::wire::Session;

void put(kameo::ByteView bytes) {
  while (!bytes.empty()) {
    const auto size = write(parent, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) _exit(99);
    bytes = bytes.subspan(static_cast<std::size_t>(size));
  }
}

void write_out(Session& session) {
  while (!session.output().empty()) {
    const auto output = session.output();
    const auto size = write(parent, output.data(), output.size());
    if (size <= 0) _exit(99);
    session.consume_output(static_cast<std::size_t>(size));
  }
}

Event next(Session& session) {
  for (;;) {
    write_out(session);
    auto event = session.next_event();
    if (event.type == Event::Type::closed) _exit(0);
    if (event.type != Event::Type::none) return event;
    const auto room = session.prepare();
    const auto size = read(parent, room.data(), room.size());
    if (size <= 0) {
      session.end_of_stream();
    } else {
      session.commit(static_cast<std::size_t>(size), std::chrono::steady_clock::now());
    }
  }
}

Event next(Session& session, Event::Type wanted) {
  auto event = next(session);
  while (event.type != wanted) event = next(session);
  return event;
}

void must(const kameo::Result<void>& done) {
  if (!done) _exit(98);
}

}  // namespace raw

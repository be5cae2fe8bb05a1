#include "raw_child.hpp"

#include <kameo/codec.hpp>
#include <kameo/wire/session.hpp>

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using kameo::wire::Event;

constexpr int parent = 3;

void write_out(kameo::wire::Session& session) {
  while (!session.output().empty()) {
    const auto output = session.output();
    const auto size = write(parent, output.data(), output.size());
    if (size <= 0) _exit(99);
    session.consume_output(static_cast<std::size_t>(size));
  }
}

/// The next event; the process ends with the connection.
Event next(kameo::wire::Session& session) {
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

Event next(kameo::wire::Session& session, Event::Type wanted) {
  auto event = next(session);
  while (event.type != wanted) event = next(session);
  return event;
}

void must(const kameo::Result<void>& done) {
  if (!done) _exit(98);
}

}  // namespace

int raw_child(std::string_view what) {
  if (what == "no-hello") {
    for (;;) pause();
  }
  if (what == "exit-first") {
    static_cast<void>(!write(STDERR_FILENO, "not today\n", 10));
    return 3;
  }
  if (what == "garbage") {
    static_cast<void>(!write(parent, std::string(64, 'x').data(), 64));
    for (;;) pause();
  }
  kameo::wire::Session session(kameo::wire::Role::child, {});
  must(session.hello({}));
  next(session, Event::Type::welcome);
  if (what == "exit-after-hello") return 3;
  if (what == "kill-after-hello") raise(SIGKILL);
  if (what == "refuse") {
    must(session.start_failed(kameo::Error(kameo::errc::start_failed, "not in the mood")));
    write_out(session);
    return 1;
  }
  if (what == "stubborn") signal(SIGTERM, SIG_IGN);
  must(session.ready({}));
  const auto ask = next(session, Event::Type::ask).correlation;
  if (what == "exit-in-ask") return 0;
  const auto reply = kameo::encode_payload(std::string("here"));
  if (what == "answer-and-exit") {
    must(session.reply(ask, *reply));
    write_out(session);
    return 3;
  }
  if (what == "answer-twice") {
    // The session itself would not do it: the frame is repeated as bytes.
    must(session.reply(ask, *reply));
    const std::string frame(kameo::as_text(session.output()));
    write_out(session);
    if (write(parent, frame.data(), frame.size()) < 0) return 97;
    for (;;) next(session);
  }
  for (;;) next(session);  // silent, stubborn
}

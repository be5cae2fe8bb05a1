#include "raw_child.hpp"

#include "raw_connection.hpp"

#include <kameo/codec.hpp>

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

using namespace raw;

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
  next(session, kameo::wire::Event::Type::welcome);
  if (what == "exit-after-hello") return 3;
  if (what == "kill-after-hello") raise(SIGKILL);
  if (what == "refuse") {
    must(session.start_failed(kameo::Error(kameo::errc::start_failed, "not in the mood")));
    write_out(session);
    return 1;
  }
  if (what == "stubborn") signal(SIGTERM, SIG_IGN);
  must(session.ready({}));
  const auto ask = next(session, kameo::wire::Event::Type::ask).correlation;
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

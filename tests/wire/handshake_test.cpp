#include "session_pair.hpp"

#include <catch2/catch.hpp>

using namespace kameo;
using namespace kameo::wire;
using namespace kameo::wire::test;

namespace {

template <class T>
Bytes with_more_behind(const T& frame) {
  auto bytes = to_payload(frame).value();
  bytes.push_back(std::byte{7});
  return bytes;
}

}  // namespace

TEST_CASE("the handshake tells each side what the other said", "[wire][handshake]") {
  SessionPair pair;
  Hello hello;
  hello.language = "python 3.11.2";
  REQUIRE(pair.child.hello(hello));
  pair.to_parent();
  const auto greeting = SessionPair::take(pair.parent);
  REQUIRE(greeting.type() == Event::Type::hello);
  const auto heard = hello_from(as_bytes(greeting.payload)).value();
  CHECK(heard.language == "python 3.11.2");
  CHECK(heard.major == protocol_major);
  CHECK(heard.message_bytes == Limits().message_bytes);

  Welcome welcome;
  welcome.actor = "trading.Strategy";
  welcome.path = {".", "lib"};
  welcome.routes = {{1, 0, "evaluate", 42}, {2, 1, "market.Price", 43}};
  welcome.schema = bytes_of("schema");
  REQUIRE(pair.parent.welcome(welcome));
  pair.to_child();
  const auto invitation = SessionPair::take(pair.child);
  REQUIRE(invitation.type() == Event::Type::welcome);
  const auto told = welcome_from(as_bytes(invitation.payload)).value();
  CHECK(told.actor == "trading.Strategy");
  CHECK(told.path == std::vector<std::string>{".", "lib"});
  REQUIRE(told.routes.size() == 2);
  CHECK(told.routes[1].name == "market.Price");
  CHECK(told.routes[1].fingerprint == 43);
  CHECK(told.routes[1].to_parent == 1);
  CHECK(told.schema == bytes_of("schema"));
  CHECK_FALSE(pair.parent.is_running());

  REQUIRE(pair.child.ready({{{2, "no field `at`"}}}));
  pair.to_parent();
  const auto ready = SessionPair::take(pair.parent);
  REQUIRE(ready.type() == Event::Type::ready);
  const auto refused = ready_from(as_bytes(ready.payload)).value().refused;
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].number == 2);
  CHECK(refused[0].why == "no field `at`");
  CHECK(pair.parent.is_running());
}

TEST_CASE("a handshake split at every byte ends as one that was not", "[wire][handshake]") {
  SessionPair pair;
  REQUIRE(pair.child.hello({}));
  pair.to_parent(SessionPair::all, 1);
  CHECK(SessionPair::take(pair.parent).type() == Event::Type::hello);
  REQUIRE(pair.parent.welcome({}));
  pair.to_child(SessionPair::all, 1);
  CHECK(SessionPair::take(pair.child).type() == Event::Type::welcome);
}

TEST_CASE("a start that failed is told once, with its reason", "[wire][handshake]") {
  SessionPair pair;
  REQUIRE(pair.child.hello({}));
  pair.to_parent();
  CHECK(SessionPair::take(pair.parent).type() == Event::Type::hello);
  REQUIRE(pair.parent.welcome({}));
  pair.to_child();
  CHECK(SessionPair::take(pair.child).type() == Event::Type::welcome);
  REQUIRE(pair.child.start_failed(Error(errc::start_failed, "no module named strategy")));
  pair.to_parent();
  const auto failed = SessionPair::take(pair.parent);
  REQUIRE(failed.type() == Event::Type::start_failed);
  CHECK(failed.event.error->message() == "no module named strategy");

  REQUIRE(pair.child.start_failed(Error(errc::start_failed, "again")));
  pair.to_parent();
  CHECK(SessionPair::take(pair.parent).code() == errc::bad_frame);
}

TEST_CASE("a child of another major version is told apart before anything is sent",
          "[wire][handshake]") {
  Hello hello;
  hello.major = protocol_major + 1;
  SessionPair pair;
  REQUIRE(pair.child.hello(hello));
  pair.to_parent();
  REQUIRE(SessionPair::take(pair.parent).type() == Event::Type::hello);
  const auto welcomed = pair.parent.welcome({});
  REQUIRE_FALSE(welcomed);
  CHECK(welcomed.error().code() == errc::schema_mismatch);
  CHECK(pair.parent.output().empty());
}

TEST_CASE("of a hello of another major version only its start is read", "[wire][handshake]") {
  Hello hello;
  hello.major = protocol_major + 1;
  auto bytes = to_payload(hello).value();
  bytes.resize(8);
  CHECK(hello_from(bytes).value().major == protocol_major + 1);
  bytes.resize(7);
  CHECK(hello_from(bytes).error().code() == errc::bad_frame);
}

TEST_CASE("both sides speak the lower of two minor versions", "[wire][handshake]") {
  SessionPair pair;
  Hello hello;
  hello.minor = 0;
  REQUIRE(pair.child.hello(hello));
  pair.to_parent();
  REQUIRE(SessionPair::take(pair.parent).type() == Event::Type::hello);
  Welcome welcome;
  welcome.minor = 9;
  REQUIRE(pair.parent.welcome(welcome));
  pair.to_child();
  const auto got = SessionPair::take(pair.child);
  CHECK(welcome_from(as_bytes(got.payload)).value().minor == 0);
}

TEST_CASE("fields that a newer version put behind the known ones are ignored",
          "[wire][handshake]") {
  CHECK(hello_from(with_more_behind(Hello{})));
  CHECK(welcome_from(with_more_behind(Welcome{})));
  CHECK(ready_from(with_more_behind(Ready{})));
  CHECK(log_from(with_more_behind(LogRecord{})));
  CHECK(error_from(with_more_behind(Error(errc::internal, "x"))));
}

TEST_CASE("a payload of kameo's own that is cut is a bad frame", "[wire][handshake]") {
  Welcome welcome;
  welcome.routes = {{1, 0, "evaluate", 42}};
  const auto bytes = to_payload(welcome).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = welcome_from(ByteView(bytes).first(size));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code() == errc::bad_frame);
  }
}

TEST_CASE("an error travels with all that it says but the death", "[wire][handshake]") {
  ErrorData data;
  data.code = errc::declared;
  data.message = "closed";
  data.where = "strategy.py:41, evaluate";
  data.type = "trading.MarketClosed";
  data.traceback = "Traceback …";
  data.notes = {"one", "two"};
  data.cause = "TimeoutError: too long";
  data.declared = "trading.MarketClosed";
  data.payload = bytes_of("payload");
  const auto back = error_from(to_payload(Error(data)).value()).value();
  CHECK(back.code == data.code);
  CHECK(back.message == data.message);
  CHECK(back.where == data.where);
  CHECK(back.type == data.type);
  CHECK(back.traceback == data.traceback);
  CHECK(back.notes == data.notes);
  CHECK(back.cause == data.cause);
  CHECK(back.declared == data.declared);
  CHECK(back.payload == data.payload);
}

TEST_CASE("a log record comes back as it was", "[wire][handshake]") {
  LogRecord record;
  record.level = LogLevel::critical;
  record.source = "logging";
  record.logger = "strategy.risk";
  record.message = "stop";
  record.file = "risk.py";
  record.line = 7;
  record.at = Timestamp(Duration(5));
  record.traceback = "Traceback …";
  record.extra = {{"symbol", "AAPL"}};
  const auto back = log_from(to_payload(record).value()).value();
  CHECK(back.level == LogLevel::critical);
  CHECK(back.source == record.source);
  CHECK(back.logger == record.logger);
  CHECK(back.message == record.message);
  CHECK(back.file == record.file);
  CHECK(back.line == 7);
  CHECK(back.at == record.at);
  CHECK(back.traceback == record.traceback);
  CHECK(back.extra == record.extra);
}

#include "stream_fixture.hpp"

#include <asio/bind_cancellation_slot.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/executor_work_guard.hpp>
#include <catch2/catch.hpp>

#include <thread>

using kameo::errc;
using namespace streams;
using std::chrono::milliseconds;
using Log = std::vector<std::string>;

TEST_CASE("a stream gives its items in order, ends, and stays ended", "[actor][stream]") {
  StreamFixture fixture;
  auto stream = fixture.ref.stream(routes::count, 3);
  CHECK(stream.result().error().code() == errc::invalid_argument);  // not yet
  CHECK(fixture.read_all(stream) == std::vector{1, 2, 3});
  CHECK(fixture.next(stream) == 0);
  CHECK(stream.result());
}

TEST_CASE("an error comes behind the items that were sent before it", "[actor][stream]") {
  StreamFixture fixture;
  auto stream = fixture.ref.stream(routes::count, -2);
  CHECK(fixture.read_all(stream) == std::vector{1, 2});
  CHECK(stream.result().error().message() == "enough");
  CHECK(fixture.next(stream) == 0);
}

TEST_CASE("an error that nobody asked for is reported, one that was asked for is not",
          "[actor][stream]") {
  StreamFixture fixture;
  for (const bool asks : {true, false}) {
    auto stream = fixture.ref.stream(routes::count, -1);
    CHECK(fixture.read_all(stream) == std::vector{1});
    if (asks) CHECK(!stream.result());
    CHECK(fixture.lost_errors.empty());
  }
  REQUIRE(fixture.lost_errors.size() == 1);
  CHECK(fixture.lost_errors[0].ends_with("enough"));
}

TEST_CASE("a writer waits for its reader, item by item", "[actor][stream]") {
  StreamFixture fixture;
  kameo::StreamOptions options;
  options.window.items = 2;
  auto stream = fixture.ref.stream(routes::count, 5, options);
  fixture.run();
  CHECK(fixture.log() == Log{"send 1", "send 2", "send 3"});  // the third is not taken yet
  CHECK(fixture.next(stream) == 1);
  CHECK(fixture.log().back() == "send 4");
  CHECK(fixture.read_all(stream) == std::vector{2, 3, 4, 5});
}

TEST_CASE("a stream that is dropped stops a writer that would go on for ever", "[actor][stream]") {
  StreamFixture fixture;
  {
    auto stream = fixture.ref.stream(routes::forever, 0);
    CHECK(fixture.next(stream) == 1);
  }
  fixture.run();
  CHECK(fixture.log() == Log{"nobody reads this stream"});
  CHECK((*fixture.call(fixture.ref, routes::echo))->value() == 7);  // the actor is free again
}

TEST_CASE("a stream that is dropped ends whatever else its handler awaits", "[actor][stream]") {
  StreamFixture fixture;
  {
    auto stream = fixture.ref.stream(routes::hold, 0);
    CHECK(fixture.next(stream) == 1);
    CHECK(fixture.next(stream) == -1);
  }
  fixture.run();
  CHECK(fixture.log() == Log{"held", "let go"});
}

TEST_CASE("a stream that is dropped before its handler began is not begun", "[actor][stream]") {
  StreamFixture fixture;
  auto busy = fixture.ref.stream(routes::hold, 0);
  fixture.run();
  { auto waiting = fixture.ref.stream(routes::forever, 0); }
  busy.cancel();
  fixture.run();
  CHECK(fixture.log() == Log{"held", "let go"});
}

TEST_CASE("a cancelled wait for an item ends the stream", "[actor][stream]") {
  StreamFixture fixture;
  auto stream = fixture.ref.stream(routes::hold, 0);
  CHECK(fixture.next(stream) == 1);
  asio::cancellation_signal signal;
  std::optional<std::optional<int>> got;
  stream.next(
      asio::bind_cancellation_slot(signal.slot(), [&](std::optional<int> item) { got = item; }));
  fixture.run();
  CHECK(!got);
  signal.emit(asio::cancellation_type::total);
  fixture.run();
  REQUIRE(got);
  CHECK(!*got);
  CHECK(stream.result().error().code() == errc::cancelled);
  CHECK(fixture.log().back() == "let go");
}

TEST_CASE("a stream's deadline counts from its call, and its handler is told", "[actor][stream]") {
  StreamFixture fixture;
  kameo::StreamOptions options;
  options.deadline = milliseconds(100);
  auto stream = fixture.ref.stream(routes::hold, 0, options);
  CHECK(fixture.next(stream) == 1);
  fixture.pass(milliseconds(99));
  CHECK(fixture.log() == Log{"held"});
  fixture.pass(milliseconds(1));
  CHECK(fixture.next(stream) == 0);
  CHECK(stream.result().error().code() == errc::deadline_exceeded);
  CHECK(fixture.log().back() == "let go");
}

TEST_CASE("idle is how long one item may take, not the stream", "[actor][stream]") {
  StreamFixture fixture;
  kameo::StreamOptions options;
  options.idle = milliseconds(10);
  auto stream = fixture.ref.stream(routes::hold, 0, options);
  fixture.pass(milliseconds(1000));
  CHECK(fixture.next(stream) == 1);
  std::optional<std::optional<int>> got;
  stream.next([&](std::optional<int> item) { got = item; });
  fixture.pass(milliseconds(9));
  CHECK(!got);
  fixture.pass(milliseconds(1));
  REQUIRE(got);
  CHECK(!*got);
  CHECK(stream.result().error().code() == errc::deadline_exceeded);
  CHECK(fixture.log().back() == "let go");
}

TEST_CASE("an input stream is read to its end and answered", "[actor][stream]") {
  StreamFixture fixture;
  auto upload = fixture.ref.upload(routes::sum);
  std::vector<errc> sent;
  for (const int item : {1, 2, 3}) {
    upload.send(item, [&](const kameo::Result<void>& result) {
      sent.push_back(result ? errc{} : result.error().code());
    });
  }
  std::optional<kameo::Result<int>> reply;
  upload.reply([&](kameo::Result<int> result) { reply = std::move(result); });
  fixture.run();
  CHECK(sent == std::vector<errc>(3));
  CHECK(reply->value() == 6);
}

TEST_CASE("input without a reader waits in its window, and fails once the handler has answered",
          "[actor][stream]") {
  StreamFixture fixture;
  auto upload = fixture.ref.upload(routes::first);
  // The handler has not begun: all but one stand in the window.
  std::vector<errc> sent;
  for (std::uint32_t i = 0; i <= kameo::default_window.items; ++i) {
    upload.send(static_cast<int>(i) + 5, [&](const kameo::Result<void>& result) {
      sent.push_back(result ? errc{} : result.error().code());
    });
  }
  fixture.run();
  CHECK(sent.size() == kameo::default_window.items + 1);
  std::optional<kameo::Result<void>> late;
  upload.send(1, [&](kameo::Result<void> result) { late = std::move(result); });
  std::optional<kameo::Result<int>> reply;
  upload.reply([&](kameo::Result<int> result) { reply = std::move(result); });
  fixture.run();
  CHECK(reply->value() == 5);
  CHECK(late->error().code() == errc::cancelled);
}

TEST_CASE("an input that is broken off tells its handler why, behind the items",
          "[actor][stream]") {
  StreamFixture fixture;
  auto upload = fixture.ref.upload(routes::sum);
  upload.send(1, [](const kameo::Result<void>&) {});
  upload.break_off(kameo::fail(errc::handler_failed, "the file is torn"));
  std::optional<kameo::Result<int>> reply;
  upload.reply([&](kameo::Result<int> result) { reply = std::move(result); });
  fixture.run();
  CHECK(reply->error().message() == "the file is torn");
}

TEST_CASE("both streams of one ask run at once", "[actor][stream]") {
  StreamFixture fixture;
  auto both = fixture.ref.exchange();
  for (int i = 1; i <= 200; ++i) {  // more than the windows of both would hold
    both.send(i, [](const kameo::Result<void>&) {});
    CHECK(fixture.next(both) == 2 * i);
  }
  both.end();
  CHECK(fixture.next(both) == 0);
  CHECK(both.result());
}

TEST_CASE("a caller that wants another kind of answer than the ref says is refused",
          "[actor][stream]") {
  kameo::actor::Streams streams;
  CHECK(streams.fit(false, false));
  CHECK(streams.fit(true, false).error().code() == errc::bad_request);
  streams.output = std::make_shared<kameo::actor::ItemPipe>(kameo::default_window, false,
                                                            asio::system_executor());
  CHECK(streams.fit(true, false));
  CHECK(streams.fit(false, false).error().code() == errc::bad_request);
}

TEST_CASE("a ref that points nowhere gives streams that end at once", "[actor][stream]") {
  auto stream = Ref().stream(routes::count, 1);
  CHECK(!stream.next(kameo::blocking));
  CHECK(stream.result().error().code() == errc::stopped);
}

TEST_CASE("streams have a blocking form", "[actor][stream]") {
  StreamFixture fixture;
  auto work = asio::make_work_guard(fixture.context);
  fixture.context.restart();
  std::thread runner([&] { fixture.context.run(); });

  auto stream = fixture.ref.stream(routes::count, 200);
  int read = 0;
  while (auto item = stream.next(kameo::blocking)) CHECK(*item == ++read);
  CHECK(read == 200);
  CHECK(stream.result());

  auto upload = fixture.ref.upload(routes::sum);
  for (int i = 1; i <= 200; ++i) CHECK(upload.send(i, kameo::blocking));
  CHECK(upload.reply(kameo::blocking).value() == 20100);

  work.reset();
  fixture.context.stop();
  runner.join();
}

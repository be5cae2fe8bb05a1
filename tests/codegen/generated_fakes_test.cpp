#include <kinds/testing.hpp>

#include <kameo/actor/blocking.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

// Deprecated handlers are part of what is tested.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#if !defined(__clang__)
// GCC 12 inlines asio's operator new of a coroutine frame, its operator delete not, and then sees
// a mismatch of the two.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace kinds {
namespace {

/// What a user has to test: a class that works with an actor and with a provider of callbacks.
class Gallery {
 public:
  Gallery(PainterRef painter, ScreenRef screen)
      : painter_(std::move(painter)), screen_(std::move(screen)) {}

  asio::awaitable<std::string> buy(Shape shape) {
    auto price = co_await painter_.paint({std::move(shape), 2});
    if (!price) co_return price.error().message();
    painter_.move_all({1, 2}).value();
    co_return price->currency;
  }
  asio::awaitable<void> watch() {
    auto shapes = screen_.watch({});
    while (auto shape = co_await shapes.next()) seen.push_back(*shape);
    how = shapes.result() ? "ended" : shapes.result().error().message();
  }
  asio::awaitable<Point> add(std::vector<Point> points) {
    auto sum = painter_.sum({});
    for (const auto& point : points) {
      auto sent = co_await sum.send(point);
      if (!sent) co_return Point(-1, -1);
    }
    auto total = co_await sum.reply();
    co_return total.value_or(Point(-2, -2));
  }

  std::vector<Shape> seen;
  std::string how;

 private:
  PainterRef painter_;
  ScreenRef screen_;
};

/// A test of it, all in this thread.
struct GalleryTest {
  asio::io_context io;
  FakePainter painter{io.get_executor()};
  FakeScreen screen{io.get_executor()};
  Gallery gallery{painter.ref(), screen.ref()};

  template <class T>
  T run(asio::awaitable<T> work) {
    std::optional<T> made;
    asio::co_spawn(io, std::move(work), [&](std::exception_ptr, T value) { made = value; });
    run();
    REQUIRE(made);
    return *made;
  }
  void start(asio::awaitable<void> work) {
    asio::co_spawn(io, std::move(work), asio::detached);
    run();
  }
  /// All that there is to do now.
  void run() {
    io.restart();
    io.poll();
  }
};

}  // namespace

TEST_CASE("a fake answers what the test says, and tells what it was asked", "[codegen][fakes]") {
  GalleryTest test;
  test.painter.paint.answers({kameo::Decimal{0, 7, 0, false}, "EUR"});

  CHECK(test.run(test.gallery.buy(ShapeCircle(1))) == "EUR");

  CHECK(test.painter.paint.requests() == std::vector{PainterPaint(ShapeCircle(1), 2)});
  CHECK(test.painter.move_all.requests() == std::vector{Point(1, 2)});

  test.painter.paint.answers([](const PainterPaint& request) {
    return acme::common::Money({}, request.shape.is<ShapeBox>() ? "BOX" : "NOT");
  });
  CHECK(test.run(test.gallery.buy(ShapeBox())) == "BOX");
  CHECK(test.painter.paint.requests().size() == 2);
}

TEST_CASE("a fake fails as its handler would, with declared errors too", "[codegen][fakes]") {
  GalleryTest test;
  test.painter.paint.fails(kameo::Error(kameo::errc::overloaded, "too much"));
  CHECK(test.run(test.gallery.buy({})) == "too much");

  test.painter.paint.fails(acme::common::Failure("sold", 410));
  const auto failed = test.painter.ref().paint({Shape(), 1}, {}, kameo::blocking);
  REQUIRE_FALSE(failed);
  CHECK(kameo::declared_as<acme::common::Failure>(failed.error())->code == 410);
}

TEST_CASE("a fake that has been told nothing says so", "[codegen][fakes]") {
  GalleryTest test;
  CHECK(test.run(test.gallery.buy({})) == "the test has not said what kinds.Painter.paint answers");
  test.start(test.gallery.watch());
  CHECK(test.gallery.how == "the test has not said what screen.Watch answers");
}

TEST_CASE("what would be refused on the way to a process is refused by a fake",
          "[codegen][fakes][limits]") {
  GalleryTest test;
  acme::common::Money in_words;
  in_words.currency = "euros";  // three capital letters
  test.painter.paint.answers(in_words);
  CHECK(test.run(test.gallery.buy(ShapeNamed(""))) ==
        R"(PainterPaint.shape.named: expected string of at least 1 character, got "")");
  CHECK(test.painter.paint.requests().empty());
  CHECK(test.run(test.gallery.buy({})).starts_with("the fake's reply: Money.currency: expected "));
}

TEST_CASE("a fake holds its answers until the test gives them", "[codegen][fakes]") {
  GalleryTest test;
  auto& pick = test.screen.delete_;
  pick.holds();
  std::vector<bool> answers;
  const auto note = [&](auto answer) { answers.push_back(answer.value_or(false)); };
  test.screen.ref().delete_({Colour::red, 1}, {}, note);
  test.screen.ref().delete_({Colour::red, 2}, {}, note);
  test.run();
  CHECK(pick.held() == 2);
  CHECK(answers.empty());

  CHECK(pick.answer_held(true));
  test.run();
  CHECK(answers == std::vector{true});
  CHECK(pick.answer_held(false));
  CHECK_FALSE(pick.answer_held(true));
  test.run();
  CHECK(answers.size() == 2);
}

TEST_CASE("deadlines pass when the test says so", "[codegen][fakes][deadline]") {
  GalleryTest test;
  test.painter.paint.holds();  // its deadline is 2 s, by the schema
  std::optional<kameo::Result<acme::common::Money>> answer;
  test.painter.ref().paint({Shape(), 1}, {}, [&](auto came) { answer = std::move(came); });
  test.painter.pass(std::chrono::milliseconds(1999));
  test.run();
  CHECK_FALSE(answer);
  CHECK(test.painter.paint.held() == 1);
  test.painter.pass(std::chrono::milliseconds(1));
  test.run();
  REQUIRE(answer);
  CHECK(answer->error().code() == kameo::errc::deadline_exceeded);
  CHECK(test.painter.paint.held() == 0);
  CHECK_FALSE(test.painter.paint.answer_held({}));
}

TEST_CASE("a fake's stream gives its items and ends, however many there are",
          "[codegen][fakes][streams]") {
  GalleryTest test;
  std::vector<Shape> shapes(200, ShapeNothing());  // several windows
  shapes.back() = ShapeCircle(3);
  test.screen.watch.gives(shapes);
  test.start(test.gallery.watch());
  CHECK(test.gallery.seen == shapes);
  CHECK(test.gallery.how == "ended");
  CHECK(test.screen.watch.requests().size() == 1);
  CHECK(test.screen.watch.left() == 0);

  test.gallery.seen.clear();
  test.screen.watch.gives({ShapeNothing()}, kameo::Error(kameo::errc::handler_failed, "torn"));
  test.start(test.gallery.watch());
  CHECK(test.gallery.seen.size() == 1);
  CHECK(test.gallery.how == "torn");
}

TEST_CASE("a stream that stays open is the test's to feed and to end",
          "[codegen][fakes][streams]") {
  GalleryTest test;
  test.screen.watch.stays_open();
  test.start(test.gallery.watch());
  CHECK(test.gallery.seen.empty());

  test.screen.watch.send(ShapeCircle(1));
  test.run();
  CHECK(test.gallery.seen == std::vector<Shape>{ShapeCircle(1)});
  CHECK(test.gallery.how.empty());

  test.screen.watch.end();
  test.run();
  CHECK(test.gallery.how == "ended");

  auto abandoned = test.screen.ref().watch({});
  CHECK(test.screen.watch.left() == 0);
  abandoned.cancel();
  CHECK(test.screen.watch.left() == 1);
}

TEST_CASE("a fake takes an input stream and answers at its end", "[codegen][fakes][streams]") {
  GalleryTest test;
  test.painter.sum.answers([](const PainterSum&, const std::vector<Point>& points) {
    return Point(static_cast<double>(points.size()), points.back().y);
  });
  CHECK(test.run(test.gallery.add({{1, 1}, {2, 5}})) == Point(2, 5));
  CHECK(test.painter.sum.inputs() == std::vector<std::vector<Point>>{{{1, 1}, {2, 5}}});
  test.painter.sum.answers({9, 9});
  CHECK(test.run(test.gallery.add(std::vector<Point>(300))) == Point(9, 9));
  CHECK(test.painter.sum.requests().size() == 2);
}

namespace {

/// Holds the ref while it waits: what leads to itself must not be kept alive by that.
asio::awaitable<void> wait_for(PainterRef painter, std::optional<kameo::errc>* ended) {
  auto price = co_await painter.paint({Shape(), 1});
  *ended = price ? kameo::errc{} : price.error().code();
}

}  // namespace

TEST_CASE("a ref outlives its fake, and who waits is told so", "[codegen][fakes]") {
  asio::io_context io;
  std::optional<kameo::errc> ended;
  PainterRef ref;
  {
    FakePainter painter(io.get_executor());
    ref = painter.ref();
    painter.paint.holds();
    asio::co_spawn(io, wait_for(ref, &ended), asio::detached);
    io.poll();
    CHECK(painter.paint.held() == 1);
  }
  io.restart();
  io.run();
  CHECK(ended == kameo::errc::no_answer);
  const auto refused = ref.paint({Shape(), 1}, {}, kameo::blocking);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == kameo::errc::stopped);
}

}  // namespace kinds

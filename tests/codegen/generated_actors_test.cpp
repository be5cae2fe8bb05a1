#include <kinds/kinds.hpp>

#include <kameo/declared_error.hpp>
#include <kameo/schema/routes.hpp>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <memory>
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

/// Hands messages to a handler at once, as values or as payloads.
template <class Served>
class Loopback final : public kameo::actor::Receiver {
 public:
  Loopback(asio::io_context& context, Served& served, bool as_payload)
      : context_(context), served_(served), as_payload_(as_payload) {}

  kameo::Result<void> deliver(kameo::actor::Envelope envelope) override {
    asio::co_spawn(context_, run(&served_, std::move(envelope)), asio::detached);
    return {};
  }
  [[nodiscard]] bool wants_payload() const noexcept override { return as_payload_; }
  [[nodiscard]] asio::any_io_executor executor() const override { return context_.get_executor(); }
  [[nodiscard]] std::string_view name() const noexcept override { return "loopback"; }

 private:
  static asio::awaitable<void> run(Served* served, kameo::actor::Envelope envelope) {
    auto running =
        served->dispatch(envelope.route, std::move(envelope.message), std::move(envelope.streams));
    auto answer = co_await std::move(running);
    envelope.reply_to(std::move(answer));
  }

  asio::io_context& context_;
  Served& served_;
  bool as_payload_;
};

class PainterImpl : public PainterHandler {
 public:
  kameo::Reply<acme::common::Money> paint(PainterPaint request) override {
    if (request.count == 0) co_return kameo::declared_error(acme::common::Failure("none", 400));
    co_return acme::common::Money(kameo::Decimal{0, request.count, 0, false},
                                  request.shape.is<ShapeNamed>() ? "NAM" : "EUR");
  }
  kameo::Reply<std::vector<Shape>> set(PainterSet) override {
    co_return std::vector<Shape>{ShapeCircle(1), ShapeNothing()};
  }
  kameo::Reply<void> move_all(Point request) override {
    moved.push_back(request);
    co_return kameo::Result<void>();
  }
  kameo::Reply<Point> sum(PainterSum, kameo::Stream<Point> input) override {
    Point total(0, 0);
    while (auto point = co_await input.next()) {
      total.x += point->x;
      total.y += point->y;
    }
    co_return total;
  }
  kameo::Reply<void> history(PainterHistory, kameo::Sink<Shape> output) override {
    for (int i = 1; i <= 3; ++i) {
      if (auto sent = co_await output.send(ShapeCircle(i)); !sent) co_return sent.error();
    }
    co_return kameo::Result<void>();
  }
  kameo::Reply<void> ping(PainterPing) override {
    co_return kameo::fail(kameo::errc::internal, "no");
  }
  kameo::Reply<void> on_start(PainterConfig config) override {
    scale = config.scale;
    co_return kameo::Result<void>();
  }

  double scale = 0;
  std::vector<Point> moved;
};

class Screen : public ScreenCallbacks {
 public:
  kameo::Reply<void> draw(ScreenDraw) override { co_return kameo::Result<void>(); }
  kameo::Reply<void> watch(ScreenWatch, kameo::Sink<Shape>) override {
    co_return kameo::fail(kameo::errc::handler_failed, "nothing to see");
  }
  kameo::Reply<std::optional<Shape>> pick(Point request) override {
    if (request.x < 0) co_return std::nullopt;
    co_return Shape(ShapeCircle(request.x));
  }
  kameo::Reply<bool> delete_(ScreenDelete request) override { co_return request.id == 7; }
};

template <class Work>
void run(asio::io_context& context, Work work) {
  std::exception_ptr failure;
  asio::co_spawn(context, std::move(work), [&](std::exception_ptr e) { failure = e; });
  context.run();
  if (failure) std::rethrow_exception(failure);
}

asio::awaitable<void> ask_all(PainterRef ref, bool* done) {
  // Temporaries in co_await, as a user writes them: GCC 12 must not destroy them twice.
  auto money = co_await ref.paint({ShapeNamed(std::string(100, 'x')), 3});
  CHECK(money.value().currency == "NAM");
  CHECK(money.value().amount.low == 3);

  auto failed = co_await ref.paint({ShapeNothing(), 0}, {.deadline = std::chrono::seconds(5)});
  REQUIRE_FALSE(failed);
  CHECK(kameo::declared_as<acme::common::Failure>(failed.error())->code == 400);

  auto shapes = co_await ref.set({});
  CHECK(shapes.value().size() == 2);
  *done = true;
}

asio::awaitable<void> start_and_miss(PainterHandler* painter,
                                     std::optional<kameo::Result<kameo::actor::Message>>* answer) {
  auto starting = painter->start(kameo::actor::Message::of(PainterConfig(Colour::red, 2.5)));
  auto started = co_await std::move(starting);
  CHECK(started);
  auto running = painter->dispatch(99, kameo::actor::Message::from_payload({}), {});
  *answer = co_await std::move(running);
}

}  // namespace

TEST_CASE("a typed ref reaches the handler's function", "[codegen][cpp]") {
  const bool as_payload = GENERATE(false, true);
  asio::io_context context;
  PainterImpl painter;
  const PainterRef ref(std::make_shared<Loopback<PainterImpl>>(context, painter, as_payload));
  bool done = false;
  run(context, ask_all(ref, &done));
  CHECK(done);

  context.restart();
  CHECK(ref.move_all({1, 2}));
  context.run();
  CHECK(painter.moved == std::vector<Point>{Point(1, 2)});
}

namespace {

asio::awaitable<void> stream_both_ways(PainterRef painter, ScreenRef screen, bool* done) {
  auto shapes = painter.history({});
  int count = 0;
  while (auto shape = co_await shapes.next()) CHECK(*shape == Shape(ShapeCircle(++count)));
  CHECK(count == 3);
  CHECK(shapes.result());

  auto sum = painter.sum({});
  // A temporary in co_await, as users write it.
  for (int i = 1; i <= 100; ++i) {
    auto sent = co_await sum.send({1, 2});  // not within CHECK, which evaluates it more than once
    CHECK(sent);
  }
  auto total = co_await sum.reply();
  CHECK(total.value() == Point(100, 200));

  auto watched = screen.watch({});
  auto shape = co_await watched.next();
  CHECK(!shape);
  CHECK(watched.result().error().message() == "nothing to see");
  *done = true;
}

}  // namespace

TEST_CASE("streams of generated refs reach generated handlers", "[codegen][cpp]") {
  const bool as_payload = GENERATE(false, true);
  asio::io_context context;
  PainterImpl painter;
  Screen screen;
  bool done = false;
  run(context,
      stream_both_ways(
          PainterRef(std::make_shared<Loopback<PainterImpl>>(context, painter, as_payload)),
          ScreenRef(std::make_shared<Loopback<Screen>>(context, screen, as_payload)), &done));
  CHECK(done);
}

TEST_CASE("a callback module is served, and asked by its ref", "[codegen][cpp]") {
  asio::io_context context;
  Screen screen;
  CHECK(screen.module() == "screen");
  const ScreenRef ref(std::make_shared<Loopback<Screen>>(context, screen, true));
  std::optional<kameo::Result<std::optional<Shape>>> picked;
  ref.pick({2, 0}, {}, [&](auto result) { picked = std::move(result); });
  std::optional<kameo::Result<bool>> deleted;
  ref.delete_({Colour::red, 7}, {}, [&](auto result) { deleted = std::move(result); });
  context.run();
  CHECK(picked->value() == Shape(ShapeCircle(2)));
  CHECK(deleted->value());
}

TEST_CASE("the config reaches on_start, an unknown route is an error", "[codegen][cpp]") {
  asio::io_context context;
  PainterImpl painter;
  std::optional<kameo::Result<kameo::actor::Message>> answer;
  run(context, start_and_miss(&painter, &answer));
  CHECK(painter.scale == 2.5);
  REQUIRE(answer);
  REQUIRE_FALSE(*answer);
  CHECK(answer->error().code() == kameo::errc::unknown_route);
}

TEST_CASE("route numbers are those that the schema bytes give", "[codegen][cpp]") {
  CHECK(Painter::type().name == "kinds.Painter");
  const auto package = kameo::schema::from_bytes(kinds::Painter::type().schema);
  REQUIRE(package);
  const auto routes = routes_of(*package, package->find_actor("kinds.Painter"));
  REQUIRE(routes.size() > routes::painter_ping - 1U);
  CHECK(routes[routes::painter_paint - 1U].name == "paint");
  CHECK(routes[routes::painter_ping - 1U].name == "ping");
  const auto* screen = package->find_module("screen");
  REQUIRE(screen != nullptr);
  CHECK(screen->callbacks[routes::screen_delete - 1U].name == "Delete");
}

}  // namespace kinds

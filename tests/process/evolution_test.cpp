#include "desk.hpp"
#include "process_fixture.hpp"

#include <kameo/codec.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <optional>
#include <tuple>

namespace {

using kameo::Bytes;
using kameo::errc;
using kameo::actor::Message;
using kameo::actor::Payload;

constexpr std::uint16_t sell = 1;
constexpr std::uint16_t hold = 2;
constexpr std::uint16_t wait = 3;

/// What a parent of one version of desk.Desk knows of an Order; see desk.hpp.
struct Older {
  static constexpr int version = 1;
  using Order = std::tuple<std::string, std::uint16_t>;
  static Order order(std::string symbol, std::uint16_t side) { return {std::move(symbol), side}; }
  /// The size that a child of version 2 sees in it.
  static constexpr const char* seen = "10";
};
struct Newer {
  static constexpr int version = 3;
  using Order = std::tuple<std::string, std::uint16_t, std::uint32_t, std::optional<std::string>>;
  static Order order(std::string symbol, std::uint16_t side) {
    return {std::move(symbol), side, 99, "dropped on the way"};
  }
  static constexpr const char* seen = "99";
};

/// The symbol and side of an order, and all else that it has.
std::string text(const Older::Order& order) {
  return std::get<0>(order) + " " + std::to_string(std::get<1>(order));
}
std::string text(const Newer::Order& order) {
  return std::get<0>(order) + " " + std::to_string(std::get<1>(order)) + " " +
         std::to_string(std::get<2>(order)) + " " + std::get<3>(order).value_or("no note");
}

/// A parent of that version with a child of version 2 that takes part in everything.
template <class Parent>
class Desk {
 public:
  using Order = typename Parent::Order;

  explicit Desk(Order config = Parent::order("config", sell))
      : spawned(fixture.runtime.spawn_dynamic(kameo::DynamicActor(desk::package(Parent::version))
                                                  .actor("desk.Desk")
                                                  .config(kameo::encode_payload(config).value()),
                                              kameo::child(), once(), kameo::blocking)) {}

  [[nodiscard]] static Bytes payload(const Order& order) {
    return kameo::encode_payload(order).value();
  }
  /// What the child answers, or the message of its error.
  std::string operator()(std::string_view handler, const Order& order) {
    return told(spawned.value().ask_payload(handler, payload(order), {}, kameo::blocking));
  }
  static std::string told(const kameo::Result<Payload>& answer) {
    if (!answer)
      return std::string(to_string(answer.error().code())) + ": " + answer.error().message();
    return text(kameo::decode_payload<Order>(answer->bytes).value());
  }

  ProcessFixture fixture;
  kameo::Result<kameo::DynamicRef> spawned;
};

/// Answers callbacks as a parent of that version does.
template <class Parent>
class Exchange final : public kameo::CallbackHandler {
 public:
  using Order = typename Parent::Order;

  [[nodiscard]] std::string_view module() const noexcept override { return "exchange"; }
  kameo::Reply<Message> dispatch(std::uint16_t route, Message request,
                                 kameo::actor::Streams streams) override {
    auto asked = std::move(request).take<Order>();
    if (!asked) co_return asked.error();
    asked_last = text(*asked);
    const auto answer = Parent::order("<" + std::get<0>(*asked) + ">", std::get<1>(*asked));
    if (route == 1 && std::get<1>(*asked) == hold) {
      kameo::ErrorData data;
      data.code = errc::declared;
      data.message = "as declared";
      data.declared = "desk.Order";
      data.payload = kameo::encode_payload(answer).value();
      co_return kameo::Error(std::move(data));
    }
    if (route == 1) co_return Message::of(next ? *next : answer);
    auto output = streams.sink<Order>();
    for (int i = 0; i < 3; ++i) {
      if (auto sent = co_await output.send(i == 2 && next ? *next : answer); !sent)
        co_return sent.error();
    }
    co_return Message::from_payload({});
  }

  std::string asked_last;     ///< read when the ask that led to it has been answered
  std::optional<Order> next;  ///< instead of the usual answer, and of a stream's last item
};

/// The probe's schema a version later: `note` has got a field. The child is built from the older.
std::shared_ptr<const kameo::schema::Package> newer() {
  auto package = *probe::package();
  auto request = package.types[0];
  request.name = "ProbeNote";
  request.fields.push_back(request.fields.back());
  request.fields.back().name = "urgency";
  package.types.push_back(std::move(request));
  for (auto& handler : package.actors[0].handlers) {
    if (handler.name == "note")
      handler.request = static_cast<std::uint32_t>(package.types.size() - 1);
  }
  return std::make_shared<const kameo::schema::Package>(std::move(package));
}

}  // namespace

TEST_CASE(
    "a child of an older schema answers the routes that did not change, and names the first "
    "difference of one that did",
    "[process][evolution]") {
  ProcessFixture fixture;
  const auto child =
      fixture.runtime
          .spawn_dynamic(kameo::DynamicActor(newer())
                             .actor("probe.Probe")
                             .config(kameo::encode_payload(probe::Config("hello")).value()),
                         kameo::child(), {}, kameo::blocking)
          .value();

  const auto unchanged =
      child.ask_payload("run", kameo::encode_payload(probe::Command("echo", "still here")).value(),
                        {}, kameo::blocking);
  REQUIRE(unchanged);
  CHECK(kameo::decode_payload<std::string>(unchanged->bytes).value() == "still here");

  const auto changed = child.ask_payload(
      "note", kameo::encode_payload(probe::Command("", "lost")).value(), {}, kameo::blocking);
  REQUIRE(!changed);
  CHECK(changed.error().code() == kameo::errc::schema_mismatch);
  CHECK_THAT(
      changed.error().message(),
      Catch::Contains("request has the field `urgency` there and not here, without a default"));
}

TEMPLATE_TEST_CASE(
    "a child serves a parent whose schema has less at the end, and one that has more",
    "[process][evolution]", Older, Newer) {
  Desk<TestType> child;
  const auto exchange = std::make_shared<Exchange<TestType>>();
  REQUIRE(child.fixture.runtime.provide(exchange));
  const std::string seen = TestType::seen;
  // What an order of the child's is to its parent.
  const auto parents = [&](const std::string& symbol, const std::string& size) {
    return symbol + " 1" + (TestType::version == 3 ? " " + size + " no note" : "");
  };

  SECTION("config, ask and tell") {
    CHECK(child("noted", TestType::order("?", sell)) == parents("config:" + seen, seen));
    CHECK(child("echo", TestType::order("A", sell)) == parents("A:" + seen, seen));
    REQUIRE(child.spawned->tell_payload("note", child.payload(TestType::order("T", sell))));
    CHECK(child("noted", TestType::order("?", sell)) == parents("T:" + seen, seen));
  }
  SECTION("a stream") {
    auto stream =
        child.spawned->stream_payload("repeat", child.payload(TestType::order("S", sell)));
    int items = 0;
    while (auto item = stream.next(kameo::blocking)) {
      CHECK(child.told(std::move(*item)) == parents("S:" + seen, seen));
      ++items;
    }
    CHECK(items == 3);
    CHECK(stream.result());
  }
  SECTION("an input stream") {
    auto upload = child.spawned->upload_payload("join", child.payload(TestType::order("J", sell)));
    for (const auto* symbol : {"a", "b"}) {
      REQUIRE(upload.send(Payload(child.payload(TestType::order(symbol, sell))), kameo::blocking));
    }
    CHECK(child.told(upload.reply(kameo::blocking)) ==
          parents("J:" + seen + "a:" + seen + "b:" + seen, seen));
  }
  SECTION("a declared error") {
    const auto failed = child.spawned->ask_payload(
        "fail", child.payload(TestType::order("F", sell)), {}, kameo::blocking);
    REQUIRE(!failed);
    CHECK(failed.error().code() == errc::declared);
    CHECK(child.told(Payload(failed.error().data().payload)) == parents("F:" + seen, seen));
  }
  SECTION("callbacks: a reply, an error, a stream") {
    CHECK(child("price", TestType::order("P", sell)) == parents("<P:" + seen + ">:" + seen, seen));
    CHECK(exchange->asked_last == parents("P:" + seen, seen));
    CHECK(child("ticks", TestType::order("K", sell)) ==
          parents(
              "<K:" + seen + ">:" + seen + "<K:" + seen + ">:" + seen + "<K:" + seen + ">:" + seen,
              seen));
  }
}

TEST_CASE("a value that a parent of an older schema does not know is an error where it would stand",
          "[process][evolution]") {
  // `hold` can't come from such a parent, so the child has it from a newer one's callback.
  Desk<Newer> child;
  const auto exchange = std::make_shared<Exchange<Newer>>();
  REQUIRE(child.fixture.runtime.provide(exchange));

  SECTION("in a request") {
    CHECK(child("echo", Newer::order("A", wait)) ==
          "bad_request: request.side: `wait` is not known to its reader, whose schema has buy, "
          "sell, hold");
    // A tell has nobody to be told: it is lost, and the next ask is answered.
    REQUIRE(child.spawned->tell_payload("note", child.payload(Newer::order("T", wait))));
    CHECK(child("noted", Newer::order("?", sell)).starts_with("config:99"));
    child.fixture.logs.wait_for("a tell was lost: request.side: `wait`");
  }
  SECTION("in an input stream") {
    auto upload = child.spawned->upload_payload("join", child.payload(Newer::order("J", sell)));
    REQUIRE(upload.send(Payload(child.payload(Newer::order("a", wait))), kameo::blocking));
    CHECK(child.told(upload.reply(kameo::blocking)).starts_with("bad_request: input.side: `wait`"));
  }
  SECTION("in the answers to callbacks") {
    exchange->next = Newer::order("X", wait);
    CHECK(child("price", Newer::order("P", sell)).starts_with("bad_reply: reply.side: `wait`"));
    CHECK(
        child("ticks", Newer::order("P", sell)).starts_with("bad_reply: stream item.side: `wait`"));
    exchange->next.reset();
    CHECK(child("price", Newer::order("P", hold)).starts_with("<P:99>:99 2"));  // declared
  }
  SECTION("in the config: the start fails") {
    const Desk<Newer> other(Newer::order("config", wait));
    REQUIRE(!other.spawned);
    CHECK(other.spawned.error().code() == errc::start_failed);
    CHECK_THAT(other.spawned.error().message(), Catch::Contains("config.side: `wait`"));
  }
}

TEST_CASE("a value that a parent of an older schema does not know is an error of the child's",
          "[process][evolution]") {
  // The parent of version 1 lacks `hold`; a child can't be made to say it but by its own doing.
  Desk<Older> child;
  REQUIRE(child.fixture.runtime.provide(std::make_shared<Exchange<Older>>()));
  CHECK(child("echo", Older::order("hold!", sell)) ==
        "bad_reply: reply.side: `hold` is not known to its reader, whose schema has buy, sell");
  CHECK(child("price", Older::order("hold!", sell)) ==
        "bad_request: request.side: `hold` is not known to its reader, whose schema has buy, sell");
  auto stream = child.spawned->stream_payload("repeat", child.payload(Older::order("hold!", sell)));
  CHECK(!stream.next(kameo::blocking));
  CHECK(stream.result().error().code() == errc::bad_reply);
  CHECK(child("echo", Older::order("A", sell)) == "A:10 1");
}

TEST_CASE("a config that can't be bridged fails the start with the first difference",
          "[process][evolution]") {
  auto package = *desk::package(2);
  package.types[0].fields[2].type.kind = kameo::schema::Kind::string;
  package.types[0].fields[2].default_value = kameo::encode_payload(std::string()).value();
  ProcessFixture fixture;
  const auto child = fixture.runtime.spawn_dynamic(
      kameo::DynamicActor(std::make_shared<const kameo::schema::Package>(std::move(package)))
          .actor("desk.Desk")
          .config(kameo::encode_payload(
                      std::tuple(std::string("x"), std::uint16_t{0}, std::string("y")))
                      .value()),
      kameo::child(), once(), kameo::blocking);
  REQUIRE(!child);
  CHECK(child.error().code() == errc::start_failed);
  CHECK_THAT(child.error().message(),
             Catch::Contains("the config of desk.Desk has other types here: "
                             "config.size is u32 here and string there"));
}

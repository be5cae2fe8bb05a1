#include "desk.hpp"

#include <kameo/codec.hpp>

#include <array>
#include <utility>

namespace desk {
namespace {

using kameo::actor::Message;
using kameo::schema::Answer;
using kameo::schema::Kind;

/// Version 2, as kameo-gen would write it.
struct Order {
  std::string symbol;
  std::uint16_t side = 0;
  std::uint32_t size = 10;

  Order() = default;
  Order(std::string of, std::uint16_t which, std::uint32_t many)
      : symbol(std::move(of)), side(which), size(many) {}
};
std::size_t encoded_end(std::size_t at, const Order& value) {
  return kameo::fields_end(at, value.symbol, value.side, value.size);
}
void encode(kameo::Encoder& out, const Order& value) {
  kameo::encode_fields(out, value.symbol, value.side, value.size);
}
void decode(kameo::Decoder& in, Order& value) {
  kameo::decode_fields(in, value.symbol, value.side, value.size);
}

constexpr auto handlers = std::to_array<std::string_view>(
    {"echo", "repeat", "join", "fail", "note", "noted", "price", "ticks"});

kameo::schema::Field field(std::string name, Kind kind) {
  kameo::schema::Field made;
  made.name = std::move(name);
  made.type.kind = kind;
  return made;
}

kameo::schema::Method method(std::string_view name, Answer answer) {
  kameo::schema::Method made;
  made.name = name;
  made.answer = answer;
  made.output.kind = Kind::named;
  return made;
}

kameo::schema::Package build(int version) {
  kameo::schema::Package package;
  package.name = "desk";
  kameo::schema::TypeDef order;
  order.package = "desk";
  order.name = "Order";
  order.fields = {field("symbol", Kind::string), field("side", Kind::named)};
  order.fields[1].type.ref = 1;
  if (version >= 2) {
    order.fields.push_back(field("size", Kind::u32));
    order.fields[2].default_value = kameo::encode_payload(std::uint32_t{10}).value();
  }
  if (version >= 3) {
    order.fields.push_back(field("note", Kind::optional));
    order.fields[3].type.args = {order.fields[0].type};
  }
  kameo::schema::TypeDef side;
  side.package = "desk";
  side.name = "Side";
  side.form = kameo::schema::TypeDef::Form::enumeration;
  side.values = {{"buy", "", ""}, {"sell", "", ""}};
  if (version >= 2) side.values.push_back({"hold", "", ""});
  if (version >= 3) side.values.push_back({"wait", "", ""});
  package.types = {order, side};

  kameo::schema::CallbackModule exchange;
  exchange.package = "desk";
  exchange.name = "exchange";
  exchange.callbacks = {method("Price", Answer::reply), method("Ticks", Answer::stream)};
  exchange.callbacks[0].errors = {0};
  package.modules.push_back(exchange);

  kameo::schema::Actor actor;
  actor.package = "desk";
  actor.name = "Desk";
  actor.uses = {0};
  for (const auto name : handlers) {
    actor.handlers.push_back(method(name, name == "repeat" ? Answer::stream
                                          : name == "note" ? Answer::none
                                                           : Answer::reply));
    if (name == "fail") actor.handlers.back().errors = {0};
    if (name == "join") actor.handlers.back().input_stream = actor.handlers.back().output;
  }
  package.actors.push_back(actor);
  return package;
}

class ExchangeRef : public kameo::ActorRef {
 public:
  static constexpr std::string_view module_name = "exchange";
  using kameo::ActorRef::ActorRef;
  [[nodiscard]] auto price(const Order& order) const {
    return ask<Order>(1, order, {}, kameo::default_token());
  }
  [[nodiscard]] kameo::Stream<Order> ticks(const Order& order) const {
    return stream<Order>(2, order, {});
  }
};

class DeskHandler final : public kameo::Handler {
 public:
  explicit DeskHandler(const kameo::ActorContext& context)
      : exchange_(context.callbacks<ExchangeRef>()) {}

  kameo::Reply<void> start(Message config) override {
    auto order = std::move(config).take<Order>();
    if (!order) co_return order.error();
    noted_ = seen(*order);
    co_return kameo::Result<void>();
  }
  kameo::Reply<void> stop() override { co_return kameo::Result<void>(); }

  kameo::Reply<Message> dispatch(std::uint16_t route, Message request,
                                 kameo::actor::Streams streams) override {
    auto order = std::move(request).take<Order>();
    if (!order) co_return order.error();
    const auto name = handlers[route - 1U];
    auto answer = seen(*order);
    if (name == "echo") co_return Message::of(std::move(answer));
    if (name == "noted") co_return Message::of(noted_);
    if (name == "note") noted_ = std::move(answer);
    if (name == "repeat") {
      auto output = streams.sink<Order>();
      for (int i = 0; i < 3; ++i) {
        if (auto sent = co_await output.send(answer); !sent) co_return sent.error();
      }
    }
    if (name == "join") {
      auto input = streams.source<Order>();
      while (auto item = co_await input.next()) answer.symbol += seen(*item).symbol;
      if (auto result = input.result(); !result) co_return result.error();
      co_return Message::of(std::move(answer));
    }
    if (name == "fail") {
      kameo::ErrorData data;
      data.code = kameo::errc::declared;
      data.message = "as declared";
      data.declared = "desk.Order";
      data.payload = kameo::encode_payload(answer).value();
      co_return kameo::Error(std::move(data));
    }
    if (name == "price") {
      auto price = co_await exchange_.price(answer);
      if (!price && price.error().code() == kameo::errc::declared) {
        co_return Message::of(
            seen(kameo::decode_payload<Order>(price.error().data().payload).value()));
      }
      if (!price) co_return price.error();
      co_return Message::of(seen(*price));
    }
    if (name == "ticks") {
      auto ticks = exchange_.ticks(answer);
      answer.symbol.clear();
      while (auto tick = co_await ticks.next()) answer.symbol += seen(*tick).symbol;
      if (auto result = ticks.result(); !result) co_return result.error();
      co_return Message::of(std::move(answer));
    }
    co_return Message::from_payload({});
  }

 private:
  /// A symbol of `hold!` makes the side `hold`, which version 1 does not know.
  static Order seen(Order order) {
    if (order.symbol == "hold!") order.side = 2;
    order.symbol = kameo::concat(order.symbol, ":", order.size);
    return order;
  }

  ExchangeRef exchange_;
  Order noted_;
};

}  // namespace

std::shared_ptr<const kameo::schema::Package> package(int version) {
  return std::make_shared<const kameo::schema::Package>(build(version));
}

const kameo::ActorType& Desk::type() {
  static const auto bytes = kameo::schema::to_bytes(build(2));
  static const kameo::ActorType type{"desk.Desk", bytes};
  return type;
}

std::unique_ptr<kameo::Handler> make(const kameo::ActorContext& context) {
  return std::make_unique<DeskHandler>(context);
}

}  // namespace desk

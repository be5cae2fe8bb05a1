#pragma once

#include <kameo/schema/package.hpp>

#include <initializer_list>
#include <string>
#include <utility>

/// Packages put together by hand: what the IDL's reader would make of a small file.
namespace kameo::schema::test {

inline Type scalar(Kind kind) {
  return {kind, {}, {}, 0};
}
inline Type of(Kind kind, std::vector<Type> args, std::vector<std::uint32_t> dims = {}) {
  return {kind, std::move(args), std::move(dims), 0};
}
inline Type named(std::uint32_t index) {
  return {Kind::named, {}, {}, index};
}

inline Field field(std::string name, Type type) {
  Field made;
  made.name = std::move(name);
  made.type = std::move(type);
  return made;
}

inline TypeDef structure(std::string name, std::vector<Field> fields) {
  TypeDef def;
  def.package = "trading";
  def.name = std::move(name);
  def.fields = std::move(fields);
  return def;
}
inline TypeDef alias(std::string name, Type target) {
  auto def = structure(std::move(name), {});
  def.form = TypeDef::Form::alias;
  def.target = std::move(target);
  return def;
}
inline TypeDef enumeration(std::string name, std::initializer_list<const char*> values) {
  auto def = structure(std::move(name), {});
  def.form = TypeDef::Form::enumeration;
  for (const auto* value : values) def.values.push_back({value, "", ""});
  return def;
}
inline Variant variant(std::string name, Variant::Shape shape, std::vector<Field> fields = {}) {
  return {std::move(name), "", "", shape, std::move(fields)};
}
inline TypeDef tagged_union(std::string name, std::vector<Variant> variants) {
  auto def = structure(std::move(name), {});
  def.form = TypeDef::Form::tagged_union;
  def.variants = std::move(variants);
  return def;
}

// Indices into trading().types.
inline constexpr std::uint32_t side = 0, tick = 1, order = 2, tree = 3, prices = 4, closed = 5,
                               evaluate_request = 6, price_request = 7, config = 8;

/// Every form of type, a recursion, an actor with one handler and a module with one callback.
inline Package trading() {
  Package package;
  package.name = "trading";
  package.files.push_back({"trading", "trading.kameo.yaml", "", {}});
  package.types = {
      enumeration("Side", {"buy", "sell"}),
      structure("Tick", {field("symbol", scalar(Kind::string)), field("price", scalar(Kind::f64)),
                         field("at", scalar(Kind::timestamp))}),
      tagged_union("Order",
                   {variant("market", Variant::Shape::value, {field("value", scalar(Kind::u32))}),
                    variant("limit", Variant::Shape::fields,
                            {field("size", scalar(Kind::u32)), field("price", scalar(Kind::f64))}),
                    variant("cancel", Variant::Shape::unit)}),
      structure("Tree",
                {field("order", named(order)), field("children", of(Kind::list, {named(tree)}))}),
      alias("Prices", of(Kind::map, {scalar(Kind::string), scalar(Kind::decimal)})),
      structure("MarketClosed", {field("until", of(Kind::optional, {scalar(Kind::timestamp)}))}),
      structure("StrategyEvaluate",
                {field("ticks", of(Kind::list, {named(tick)})), field("prices", named(prices))}),
      structure("MarketPrice", {field("symbol", scalar(Kind::string))}),
      structure("StrategyConfig", {field("window", scalar(Kind::u32))}),
  };

  Method price;
  price.name = "Price";
  price.request = price_request;
  price.answer = Answer::reply;
  price.output = scalar(Kind::f64);
  CallbackModule market;
  market.package = "trading";
  market.name = "market";
  market.callbacks.push_back(price);
  package.modules.push_back(market);

  Method evaluate;
  evaluate.name = "evaluate";
  evaluate.request = evaluate_request;
  evaluate.answer = Answer::reply;
  evaluate.output = of(Kind::optional, {named(tree)});
  evaluate.errors = {closed};
  evaluate.budget = std::chrono::milliseconds(200);
  Actor strategy;
  strategy.package = "trading";
  strategy.name = "Strategy";
  strategy.config = config;
  strategy.uses = {0};
  strategy.handlers.push_back(evaluate);
  package.actors.push_back(strategy);
  return package;
}

}  // namespace kameo::schema::test

#include "sample_package.hpp"

#include <kameo/schema/routes.hpp>

#include <catch2/catch.hpp>

#include <functional>

namespace {

using namespace kameo::schema;
using namespace kameo::schema::test;

const Method& evaluate(const Package& package) {
  return package.actors[0].handlers[0];
}
Method& evaluate(Package& package) {
  return package.actors[0].handlers[0];
}

struct Change {
  const char* what;
  std::function<void(Package&)> make;
};

std::uint64_t after(const Change& change) {
  auto package = trading();
  change.make(package);
  return fingerprint(package, evaluate(package));
}

}  // namespace

TEST_CASE("the canonical text is as the protocol shows it", "[fingerprint]") {
  const auto package = trading();
  CHECK(canonical(package, evaluate(package)) ==
        "#1->reply optional<#2>!trading.MarketClosed #3\n"
        "#1=struct{ticks:list<#4>,prices:map<string;decimal>}\n"
        "#2=struct{order:#5,children:list<#2>}\n"
        "#3=struct{until:optional<timestamp>}\n"
        "#4=struct{symbol:string,price:f64,at:timestamp}\n"
        "#5=union{market:u32,limit{size:u32,price:f64},cancel}");
  CHECK(canonical(package, package.modules[0].callbacks[0]) ==
        "#1->reply f64\n#1=struct{symbol:string}");
}

TEST_CASE("the fingerprint is FNV-1a of the canonical text", "[fingerprint]") {
  const auto package = trading();
  // Worked out with another program: it must never change for a given text.
  CHECK(fingerprint(package, package.modules[0].callbacks[0]) == 0x6726FAE03D16505DU);
}

TEST_CASE("a fingerprint changes with all that decides how a message is understood",
          "[fingerprint]") {
  const auto change = GENERATE(values<Change>({
      {"field name", [](Package& p) { p.types[tick].fields[0].name = "ticker"; }},
      {"field order",
       [](Package& p) { std::swap(p.types[tick].fields[0], p.types[tick].fields[1]); }},
      {"field kind", [](Package& p) { p.types[tick].fields[1].type.kind = Kind::f32; }},
      {"field added",
       [](Package& p) { p.types[tick].fields.push_back(field("x", scalar(Kind::u8))); }},
      {"field removed", [](Package& p) { p.types[tick].fields.pop_back(); }},
      {"variant name", [](Package& p) { p.types[order].variants[2].name = "revoke"; }},
      {"variant order",
       [](Package& p) { std::swap(p.types[order].variants[0], p.types[order].variants[2]); }},
      {"variant shape",
       [](Package& p) { p.types[order].variants[0].shape = Variant::Shape::fields; }},
      {"variant field", [](Package& p) { p.types[order].variants[1].fields[0].name = "amount"; }},
      {"alias target", [](Package& p) { p.types[prices].target.args[1].kind = Kind::f64; }},
      {"map to list",
       [](Package& p) { p.types[prices].target = of(Kind::list, {scalar(Kind::decimal)}); }},
      {"wrapped in optional",
       [](Package& p) {
         auto& type = p.types[tick].fields[2].type;
         type = of(Kind::optional, {type});
       }},
      {"recursion to another type",
       [](Package& p) { p.types[tree].fields[1].type.args[0].ref = tick; }},
      {"stream instead of reply", [](Package& p) { evaluate(p).answer = Answer::stream; }},
      {"no reply", [](Package& p) { evaluate(p).answer = Answer::none; }},
      {"reply type", [](Package& p) { evaluate(p).output = named(tree); }},
      {"input stream", [](Package& p) { evaluate(p).input_stream = scalar(Kind::u8); }},
      {"no declared error", [](Package& p) { evaluate(p).errors.clear(); }},
      {"error name", [](Package& p) { p.types[closed].name = "Closed"; }},
      {"error package", [](Package& p) { p.types[closed].package = "lib"; }},
      {"error field", [](Package& p) { p.types[closed].fields[0].name = "till"; }},
  }));
  CAPTURE(change.what);
  CHECK(after(change) != after({"nothing", [](Package&) {}}));
}

TEST_CASE("a fingerprint does not change with what no message shows", "[fingerprint]") {
  const auto change = GENERATE(values<Change>({
      {"docs",
       [](Package& p) {
         p.types[tick].doc = p.types[tick].fields[0].doc = evaluate(p).doc = "Other words.";
       }},
      {"deprecation", [](Package& p) { p.types[tick].fields[0].deprecated = "use x"; }},
      {"limits", [](Package& p) { p.types[tick].fields[1].limits.min = "0"; }},
      {"defaults", [](Package& p) { p.types[tick].fields[1].default_value.emplace(8); }},
      {"secrecy", [](Package& p) { p.types[tick].fields[1].secret = true; }},
      {"lines", [](Package& p) { p.types[tick].line = evaluate(p).line = 99; }},
      {"budget, deadline, concurrency",
       [](Package& p) {
         evaluate(p).budget = evaluate(p).deadline = std::chrono::milliseconds(1);
         evaluate(p).concurrency = 8;
       }},
      {"idempotence", [](Package& p) { evaluate(p).idempotent = evaluate(p).reentrant = true; }},
      {"the name of a struct", [](Package& p) { p.types[tick].name = "Quote"; }},
      {"the package of a struct", [](Package& p) { p.types[tick].package = "lib"; }},
      {"an alias written out",
       [](Package& p) { p.types[evaluate_request].fields[1].type = p.types[prices].target; }},
      {"a type that is not used here",
       [](Package& p) {
         p.types[side].values.push_back({"hold", "", ""});
       }},
      {"the position of a type",
       [](Package& p) {
         p.types.push_back(p.types[tick]);
         const auto moved = static_cast<std::uint32_t>(p.types.size() - 1);
         p.types[evaluate_request].fields[0].type.args[0].ref = moved;
       }},
  }));
  CAPTURE(change.what);
  CHECK(after(change) == after({"nothing", [](Package&) {}}));
}

TEST_CASE("enum values count where the enum is reached", "[fingerprint]") {
  auto package = trading();
  package.types[config].fields[0].type = named(side);
  const auto before = fingerprint(package, config);
  package.types[side].values.push_back({"hold", "", ""});
  CHECK(fingerprint(package, config) != before);
}

TEST_CASE("types that name each other twice make a short text", "[fingerprint]") {
  Package package;
  package.types.push_back(structure("S0", {}));
  for (std::uint32_t i = 1; i < 1000; ++i) {
    package.types.push_back(structure("S", {field("a", named(i - 1)), field("b", named(i - 1))}));
  }
  Method method;
  method.request = 999;
  CHECK(canonical(package, method).size() < 40'000);
}

#include "sample_package.hpp"

#include <kameo/codec.hpp>
#include <kameo/schema/routes.hpp>
#include <kameo/schema/validate.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <random>

namespace {

using namespace kameo;
using namespace kameo::schema;
using namespace kameo::schema::test;

/// All the optional parts filled in, so that each is seen to travel.
Package full() {
  auto package = trading();
  package.files[0].doc = "Doc of the file.";
  package.files.push_back({"lib", "lib.kameo.yaml", "", {}});
  package.files[0].imports = {1};
  auto& price = package.types[tick].fields[1];
  price.doc = "In the symbol's currency.";
  price.deprecated = "use `amount`";
  price.secret = true;
  price.default_value = encode_payload(1.5).value();
  price.limits.min = "0";
  price.limits.max = "18446744073709551615";
  price.limits.multiple_of = "0.01";
  auto& symbol = package.types[tick].fields[0];
  symbol.limits.min_length = 1;
  symbol.limits.max_length = 12;
  symbol.limits.pattern = "[A-Z]+";
  package.types[tree].fields[1].limits.min_items = 0;
  package.types[tree].fields[1].limits.max_items = 100;
  package.types[tree].fields[1].limits.unique = true;
  package.types[side].values[0].doc = "Go long.";
  package.types[side].values[1].deprecated = "never sell";
  package.types[order].variants[1].doc = "At a price or better.";
  package.types[order].deprecated = "old";
  package.types[order].line = 7;
  package.modules[0].doc = "What the market says.";
  auto& evaluate = package.actors[0].handlers[0];
  evaluate.doc = "Decides.";
  evaluate.deprecated = "soon";
  evaluate.input_stream = named(tick);
  evaluate.idempotent = evaluate.reentrant = true;
  evaluate.deadline = std::chrono::milliseconds(1000);
  evaluate.concurrency = 4;
  evaluate.line = 21;
  package.actors[0].reentrant = true;
  package.actors[0].concurrency = 2;
  return package;
}

struct Damage {
  const char* what;
  std::function<void(Package&)> make;
};

/// What a reader would do with a package that it was given.
std::size_t use(const Package& package) {
  std::size_t sum = 0;
  for (std::uint32_t i = 0; i < package.types.size(); ++i) {
    sum += to_string(package, named(i)).size() + min_encoded_bytes(package, named(i)) % 7;
    for (const auto& item : package.types[i].fields) {
      sum += to_string(package, item.type).size();
      sum += static_cast<std::size_t>(resolve(package, item.type).kind);
    }
  }
  for (const auto& actor : package.actors) {
    for (const auto& route : routes_of(package, &actor)) sum += route.fingerprint % 7;
    sum += fingerprint(package, actor.config) % 7;
  }
  return sum;
}

}  // namespace

TEST_CASE("a package comes back from its bytes as it was", "[schema][bytes]") {
  const auto package = full();
  const auto back = from_bytes(to_bytes(package));
  REQUIRE(back);
  CHECK((*back == package));
  CHECK(from_bytes(to_bytes(Package{})).value() == Package{});
}

TEST_CASE("the same package makes the same bytes", "[schema][bytes]") {
  CHECK(to_bytes(full()) == to_bytes(from_bytes(to_bytes(full())).value()));
}

TEST_CASE("schema bytes begin with their name and version", "[schema][bytes]") {
  auto bytes = to_bytes(trading());
  CHECK(as_text(ByteView(bytes).first(4)) == "KSCH");
  CHECK(bytes[4] == std::byte{1});

  auto other = bytes;
  other[0] = std::byte{'X'};
  CHECK_THAT(from_bytes(other).error().message(), Catch::Contains("KSCH"));
  other = bytes;
  other[4] = std::byte{2};
  CHECK_THAT(from_bytes(other).error().message(), Catch::Contains("version 2"));
}

TEST_CASE("a package that is cut anywhere is refused", "[schema][bytes]") {
  const auto bytes = to_bytes(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (from_bytes(ByteView(bytes).first(size))) FAIL("taken with " << size << " bytes");
  }
}

TEST_CASE("bytes whose package breaks a rule are refused with the reason", "[schema][bytes]") {
  const auto damage = GENERATE(values<Damage>({
      {"an import of a file", [](Package& p) { p.files[0].imports = {1}; }},
      {"a type that is not there", [](Package& p) { p.types[tick].fields[0].type = named(99); }},
      {"a type that is not there",
       [](Package& p) { p.types[tick].fields[0].type = of(Kind::list, {named(99)}); }},
      {"a type that is not there", [](Package& p) { p.actors[0].handlers[0].output = named(9); }},
      {"request that is no structure", [](Package& p) { p.actors[0].handlers[0].request = side; }},
      {"request that is no structure", [](Package& p) { p.modules[0].callbacks[0].request = 99; }},
      {"error that is no structure", [](Package& p) { p.actors[0].handlers[0].errors = {order}; }},
      {"config that is no structure", [](Package& p) { p.actors[0].config = prices; }},
      {"module that is not there", [](Package& p) { p.actors[0].uses = {1}; }},
      {"module used twice", [](Package& p) { p.actors[0].uses = {0, 0}; }},
      {"alias that reaches itself", [](Package& p) { p.types[prices].target = named(prices); }},
      {"alias that reaches itself",
       [](Package& p) { p.types[prices].target = of(Kind::list, {named(prices)}); }},
      {"nested too deep",
       [](Package& p) {
         for (int i = 0; i < 40; ++i) {
           p.types.push_back(alias("A", of(Kind::list, {named(i == 0 ? tick : 8U + static_cast<std::uint32_t>(i))})));
         }
       }},
      {"too many parts",
       [](Package& p) {
         for (int i = 0; i < 20; ++i) {
           const auto before = named(i == 0 ? tick : 8U + static_cast<std::uint32_t>(i));
           p.types.push_back(alias("A", of(Kind::tuple, {before, before})));
         }
       }},
      {"wrong arguments", [](Package& p) { p.types[tick].fields[0].type = scalar(Kind::list); }},
      {"wrong arguments",
       [](Package& p) { p.types[tick].fields[0].type = of(Kind::u8, {scalar(Kind::u8)}); }},
      {"wrong arguments",
       [](Package& p) { p.types[tick].fields[0].type = of(Kind::map, {scalar(Kind::u8)}); }},
      {"wrong arguments", [](Package& p) { p.types[tick].fields[0].type.dims = {3}; }},
      {"without a length",
       [](Package& p) { p.types[tick].fields[0].type = of(Kind::fixed_array, {scalar(Kind::u8)}); }},
      {"without a length",
       [](Package& p) {
         p.types[tick].fields[0].type = of(Kind::fixed_array, {scalar(Kind::u8)}, {0});
       }},
      {"no numbers",
       [](Package& p) {
         p.types[tick].fields[0].type = of(Kind::numeric_array, {scalar(Kind::string)});
       }},
      {"key of a kind",
       [](Package& p) { p.types[prices].target.args[0] = scalar(Kind::f64); }},
      {"key of a kind",
       [](Package& p) { p.types[tick].fields[0].type = of(Kind::set, {named(tick)}); }},
      {"optional of an optional",
       [](Package& p) {
         p.types[prices].target = of(Kind::optional, {scalar(Kind::u8)});
         p.types[evaluate_request].fields[1].type = of(Kind::optional, {named(prices)});
       }},
      {"without alternatives", [](Package& p) { p.types[side].values.clear(); }},
      {"without alternatives", [](Package& p) { p.types[side].values.resize(65536); }},
      {"without alternatives", [](Package& p) { p.types[order].variants.clear(); }},
      {"fit its shape",
       [](Package& p) { p.types[order].variants[2].fields = {field("x", scalar(Kind::u8))}; }},
      {"fit its shape", [](Package& p) { p.types[order].variants[0].fields.clear(); }},
      {"contains itself", [](Package& p) { p.types[tree].fields[1].type = named(tree); }},
      {"contains itself",
       [](Package& p) { p.types[tree].fields[1].type = of(Kind::tuple, {named(tree)}); }},
      {"contains itself",
       [](Package& p) {
         p.types[order].variants = {
             variant("a", Variant::Shape::value, {field("value", named(tree))})};
       }},
      {"too deep",
       [](Package& p) {
         for (std::uint32_t i = 0; i < 70; ++i) {
           p.types.push_back(structure("S", {field("next", named(i == 0 ? tick : 8 + i))}));
         }
       }},
      {"carry nothing",
       [](Package& p) {
         p.types[tick].fields.clear();
       }},
      {"carry nothing",
       [](Package& p) {
         p.types[tick].fields[0].type = of(Kind::list, {of(Kind::tuple, {})});
       }},
  }));
  auto package = trading();
  damage.make(package);
  CAPTURE(damage.what);
  const auto refused = from_bytes(to_bytes(package));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == errc::bad_request);
  CHECK_THAT(refused.error().message(), Catch::Contains(damage.what));
}

TEST_CASE("a fault names the type whose definition has it", "[schema][bytes]") {
  CHECK_FALSE(find_fault(trading()));
  auto package = trading();
  package.types[order].variants.clear();
  CHECK(find_fault(package)->type == order);
  package = trading();
  package.types[prices].target = named(prices);
  CHECK(find_fault(package)->type == prices);
  package = trading();
  package.types[tree].fields[1].type = named(tree);
  CHECK(find_fault(package)->type == tree);
  package = trading();
  package.actors[0].uses = {7};
  CHECK_FALSE(find_fault(package)->type);
}

TEST_CASE("deep and broad packages within the rules are taken", "[schema][bytes]") {
  auto package = trading();
  for (std::uint32_t i = 0; i < 60; ++i) {
    package.types.push_back(structure("S", {field("next", named(i == 0 ? tick : 8 + i))}));
  }
  package.types[side].values.resize(65535);
  CHECK(from_bytes(to_bytes(package)));
}

TEST_CASE("more handlers than there are routes are refused", "[schema][bytes]") {
  auto package = trading();
  package.modules[0].callbacks.resize(33'000, package.modules[0].callbacks[0]);
  CHECK_THAT(from_bytes(to_bytes(package)).error().message(), Catch::Contains("routes"));
}

TEST_CASE("text that is not UTF-8 and types without end make no bytes", "[schema][bytes]") {
  auto package = trading();
  package.types[tick].doc = "\xFF";
  CHECK_THROWS_AS(to_bytes(package), Error);

  package = trading();
  auto& type = package.types[tick].fields[0].type;
  for (int i = 0; i < 100; ++i) type = of(Kind::list, {type});
  CHECK_THROWS_AS(to_bytes(package), Error);
}

TEST_CASE("damaged schema bytes are refused or are a package that can be used",
          "[schema][bytes][hostile]") {
  const auto good = to_bytes(full());
  std::mt19937_64 random(20261121);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto bytes = good;
    for (auto changes = 1 + below(3); changes > 0; --changes) {
      switch (below(4)) {
        case 0:
          bytes[below(bytes.size())] = static_cast<std::byte>(below(256));
          break;
        case 1:
          bytes[below(bytes.size())] ^= static_cast<std::byte>(1U << below(8));
          break;
        case 2:
          bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size())));
          break;
        default: {
          // A piece of it over another: counts and references that look right.
          const auto size = 1 + below(16);
          const auto from = below(bytes.size() - size);
          const auto to = below(bytes.size() - size);
          std::copy_n(
              good.begin() + static_cast<std::ptrdiff_t>(std::min(from, good.size() - size)), size,
              bytes.begin() + static_cast<std::ptrdiff_t>(to));
        }
      }
    }
    if (const auto package = from_bytes(bytes)) {
      ++taken;
      static_cast<void>(use(*package));
    } else {
      REQUIRE(package.error().code() != errc::internal);
    }
  }
  // Some changes only touch a doc or a number: else the loop would not reach what it is for.
  CHECK(taken > 100);
}

#include "sample_package.hpp"

#include <kameo/codec.hpp>
#include <kameo/schema/conversion.hpp>
#include <kameo/schema/difference.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <tuple>

namespace {

using namespace kameo;
using namespace kameo::schema;
using namespace kameo::schema::test;
using Catch::Contains;
using Shape = Variant::Shape;
using Texts = std::vector<std::string>;

/// The payload of values one behind the other.
template <class... Values>
Bytes payload(const Values&... values) {
  return encode_payload(std::tuple(values...)).value();
}

Field with_default(std::string name, Type type, Bytes value) {
  auto made = field(std::move(name), std::move(type));
  made.default_value = std::move(value);
  return made;
}
Field volume() {
  return with_default("volume", scalar(Kind::u32), payload(std::uint32_t{7}));
}

/// Two versions of the same package, of which the newer has more.
struct Versions {
  Package older;
  Package newer;
  Type type;

  [[nodiscard]] Result<Bytes> up(const Bytes& bytes, const ConversionLimits& limits = {}) const {
    return run(older, newer, bytes, limits);
  }
  [[nodiscard]] Result<Bytes> down(const Bytes& bytes, const ConversionLimits& limits = {}) const {
    return run(newer, older, bytes, limits);
  }

 private:
  [[nodiscard]] Result<Bytes> run(const Package& from, const Package& to, const Bytes& bytes,
                                  const ConversionLimits& limits) const {
    const auto made = Conversion::make({from, type}, {to, type}, "request", errc::bad_request);
    if (!made) return made.error();
    Bytes memory;
    const auto view = made->convert(bytes, memory, limits);
    if (!view) return view.error();
    return Bytes(view->begin(), view->end());
  }
};

/// The sample package, and the same after a change; values of a type in it.
Versions after(Type type, const std::function<void(Package&)>& change) {
  Versions made{trading(), trading(), std::move(type)};
  change(made.newer);
  return made;
}
/// A type of its own, made twice: without and with what is new.
Versions two(std::vector<TypeDef> older, std::vector<TypeDef> newer, Type type) {
  Versions made;
  made.older.types = std::move(older);
  made.newer.types = std::move(newer);
  made.type = std::move(type);
  return made;
}

std::string refusal(const Result<Bytes>& converted, errc code = errc::bad_request) {
  REQUIRE(!converted);
  CHECK(converted.error().code() == code);
  return converted.error().message();
}

}  // namespace

TEST_CASE("a field at the end is filled with its default, or dropped", "[conversion]") {
  const auto it = after(named(tick), [](Package& p) {
    p.types[tick].fields.push_back(volume());
    p.types[tick].fields.push_back(field("note", of(Kind::optional, {scalar(Kind::string)})));
  });
  const auto old_one = payload(std::string("AAPL"), 1.5, std::int64_t{3});
  const auto filled =
      payload(std::string("AAPL"), 1.5, std::int64_t{3}, std::uint32_t{7}, std::uint8_t{0});
  CHECK(it.up(old_one).value() == filled);
  CHECK(it.down(filled).value() == old_one);
  CHECK(it.down(payload(std::string("AAPL"), 1.5, std::int64_t{3}, std::uint32_t{99},
                        std::uint8_t{1}, std::string("dropped")))
            .value() == old_one);
}

TEST_CASE("a type is converted wherever it stands", "[conversion]") {
  const auto inner = structure("In", {field("a", scalar(Kind::u8))});
  const auto grown = structure("In", {field("a", scalar(Kind::u8)), volume()});
  const auto in = named(0);
  const auto one = [](std::uint8_t a) { return std::tuple(a); };
  const auto more = [](std::uint8_t a) { return std::tuple(a, std::uint32_t{7}); };
  using One = decltype(one(0));
  using More = decltype(more(0));
  const auto check = [&](Type type, const Bytes& older, const Bytes& newer) {
    const auto it = two({inner}, {grown}, std::move(type));
    CHECK(it.up(older).value() == newer);
    CHECK(it.down(newer).value() == older);
  };
  check(of(Kind::list, {in}), payload(std::vector<One>{one(1), one(2)}),
        payload(std::vector<More>{more(1), more(2)}));
  check(of(Kind::optional, {in}), payload(std::optional(one(1))), payload(std::optional(more(1))));
  check(of(Kind::map, {scalar(Kind::string), in}),
        payload(std::map<std::string, One>{{"k", one(1)}}),
        payload(std::map<std::string, More>{{"k", more(1)}}));
  check(of(Kind::fixed_array, {in}, {2}), payload(one(1), one(2)), payload(more(1), more(2)));
  check(of(Kind::tuple, {scalar(Kind::boolean), in, scalar(Kind::u16)}),
        payload(true, one(1), std::uint16_t{5}), payload(true, more(1), std::uint16_t{5}));
  // By way of an alias that only one side has.
  Versions aliased = two({inner}, {grown, alias("Also", in)}, in);
  const auto to_alias =
      Conversion::make({aliased.older, in}, {aliased.newer, named(1)}, "it", errc::bad_request);
  Bytes memory;
  const auto bytes = payload(one(1));
  const auto view = to_alias.value().convert(bytes, memory).value();
  CHECK(Bytes(view.begin(), view.end()) == payload(more(1)));
}

TEST_CASE("a type that holds itself is converted all the way down", "[conversion]") {
  const auto children = field("children", of(Kind::list, {named(0)}));
  const auto it =
      two({structure("Node", {children})}, {structure("Node", {children, volume()})}, named(0));
  // A node with two children, of which the first has one.
  const std::uint32_t none = 0;
  const std::uint32_t seven = 7;
  const auto older = payload(std::uint32_t{2}, std::uint32_t{1}, none, none);
  const auto newer =
      payload(std::uint32_t{2}, std::uint32_t{1}, none, seven, seven, none, seven, seven);
  CHECK(it.up(older).value() == newer);
  CHECK(it.down(newer).value() == older);

  // One as deep as a reader takes, and one deeper.
  const auto chain = [](std::uint32_t depth) {
    Bytes bytes;
    for (std::uint32_t i = 1; i <= depth; ++i) {
      const auto next = payload(std::uint32_t{i < depth ? 1U : 0U});
      bytes.insert(bytes.end(), next.begin(), next.end());
    }
    return bytes;
  };
  CHECK(it.up(chain(64)));
  CHECK_THAT(refusal(it.up(chain(65)), errc::over_limit), Contains("CodecLimits::depth, 64"));
}

TEST_CASE("an enum value at the end passes where its reader knows it", "[conversion]") {
  const auto colours = enumeration("Colour", {"red", "green"});
  const auto more = enumeration("Colour", {"red", "green", "blue"});
  const auto holder = structure("Holder", {field("seen", of(Kind::set, {named(0)})),
                                           field("by", of(Kind::map, {named(0), named(0)}))});
  const auto it = two({colours, holder}, {more, holder}, named(1));
  using Set = std::set<std::uint16_t>;
  using Map = std::map<std::uint16_t, std::uint16_t>;
  const auto known = payload(Set{0, 1}, Map{{1, 0}});
  CHECK(it.up(known).value() == known);
  CHECK(it.down(known).value() == known);
  CHECK(refusal(it.down(payload(Set{1, 2}, Map{}))) ==
        "request.seen[1]: `blue` is not known to its reader, whose schema has red, green");
  CHECK_THAT(refusal(it.down(payload(Set{}, Map{{2, 0}}))), Contains("request.by[key]: `blue`"));
  CHECK_THAT(refusal(it.down(payload(Set{}, Map{{0, 2}}))), Contains("request.by[0]: `blue`"));
  CHECK_THAT(refusal(it.down(payload(Set{3}, Map{}))), Contains("request.seen[0]: number 3"));
}

TEST_CASE("a variant at the end passes where its reader knows it, and fields in variants do",
          "[conversion]") {
  const auto market = variant("market", Shape::value, {field("value", scalar(Kind::u32))});
  const auto limit = variant("limit", Shape::fields, {field("size", scalar(Kind::u32))});
  const auto more = variant("limit", Shape::fields, {field("size", scalar(Kind::u32)), volume()});
  const auto list = of(Kind::list, {named(0)});
  const auto it = two({tagged_union("Order", {market, limit})},
                      {tagged_union("Order", {market, more, variant("cancel", Shape::unit)})},
                      structure("", {}).target);
  const auto convert = [&](bool up, const Bytes& bytes) {
    auto versions = it;
    versions.type = list;
    return up ? versions.up(bytes) : versions.down(bytes);
  };
  using Tag = std::uint16_t;
  const std::uint32_t count = 2;
  const std::uint32_t five = 5;
  const auto older = payload(count, Tag{0}, five, Tag{1}, five);
  const auto newer = payload(count, Tag{0}, five, Tag{1}, five, std::uint32_t{7});
  CHECK(convert(true, older).value() == newer);
  CHECK(convert(false, newer).value() == older);
  CHECK(refusal(convert(false, payload(count, Tag{0}, five, Tag{2}))) ==
        "request[1]: `cancel` is not known to its reader, whose schema has market, limit");
}

TEST_CASE("numeric arrays stand aligned in what comes out, those of defaults too", "[conversion]") {
  const auto array = of(Kind::numeric_array, {scalar(Kind::f64)});
  using Array = NumericArray<double>;
  const Array numbers(std::vector<double>{1.5, -2.5});
  const auto small = structure("Small", {field("a", scalar(Kind::u8))});
  const auto large = structure("Small", {field("a", scalar(Kind::u8)), volume()});
  const auto holder = structure("Holder", {field("small", named(0)), field("array", array)});
  auto grown = holder;
  grown.fields.push_back(with_default("weights", array, payload(numbers)));
  const auto it = two({small, holder}, {large, grown}, named(1));
  const auto older = payload(std::uint8_t{1}, numbers);
  const auto newer = payload(std::uint8_t{1}, std::uint32_t{7}, numbers, numbers);
  CHECK(it.up(older).value() == newer);
  CHECK(it.down(newer).value() == older);
}

TEST_CASE("nothing in a payload is trusted", "[conversion]") {
  auto it = after(named(tree), [](Package& p) {
    p.types[tree].fields.push_back(volume());
    p.types[tree].fields.push_back(
        with_default("name", scalar(Kind::string), payload(std::string(1000, 'x'))));
  });
  const auto leaf = payload(std::uint16_t{2}, std::uint32_t{0});
  const auto two_leaves =
      payload(std::uint16_t{0}, std::uint32_t{9}, std::uint32_t{2}, std::uint16_t{2},
              std::uint32_t{0}, std::uint16_t{2}, std::uint32_t{0});
  REQUIRE(it.up(two_leaves));
  for (std::size_t size = 0; size < two_leaves.size(); ++size) {
    CHECK(refusal(it.up(Bytes(two_leaves.begin(),
                              two_leaves.begin() + static_cast<std::ptrdiff_t>(size)))) != "");
  }
  auto longer = two_leaves;
  longer.push_back(std::byte{0});
  CHECK_THAT(refusal(it.up(longer)), Contains("request: 1 bytes after the end"));
  CHECK_THAT(refusal(it.up(payload(std::uint16_t{2}, std::uint32_t{4'000'000'000}))),
             Contains("request.children: a count of 4000000000"));
  // Defaults that fill in more than the other side may take.
  ConversionLimits tight;
  tight.bytes = 3000;
  CHECK(it.up(leaf, tight));
  CHECK(it.up(two_leaves, tight).error().code() == errc::over_limit);
  tight = {};
  tight.codec.elements = 1;
  CHECK(it.up(two_leaves, tight).error().code() == errc::over_limit);

  const auto texts =
      after(named(tick), [](Package& p) { p.types[tick].fields.push_back(volume()); });
  auto bad = payload(std::string("AAPL"), 1.5, std::int64_t{3});
  bad[4] = std::byte{0xFF};
  CHECK_THAT(refusal(texts.up(bad)), Contains("request.symbol: text that is not UTF-8"));
  const auto flags =
      two({structure("S", {field("on", scalar(Kind::boolean))})},
          {structure("S", {field("on", scalar(Kind::boolean)), volume()})}, named(0));
  CHECK_THAT(refusal(flags.up(payload(std::uint8_t{2}))), Contains("request.on: a flag of 2"));
}

TEST_CASE("a field that is dropped is read as strictly as one that stays", "[conversion]") {
  const auto it = after(named(tick), [](Package& p) {
    p.types[tick].fields.push_back(field("note", of(Kind::optional, {scalar(Kind::string)})));
  });
  CHECK_THAT(refusal(it.down(payload(std::string("A"), 1.5, std::int64_t{3}, std::uint8_t{2}))),
             Contains("request.note: a flag of 2"));
}

TEST_CASE("what is no addition at the end is refused by name", "[conversion]") {
  struct Change {
    const char* told;  // the newer being "here"
    std::function<void(Package&)> make;
  };
  const auto change = GENERATE(values<Change>({
      {"request has the field `volume` here and not there, without a default",
       [](Package& p) { p.types[tick].fields.push_back(field("volume", scalar(Kind::u32))); }},
      {"request has the field `at` there and not here, without a default",
       [](Package& p) { p.types[tick].fields.pop_back(); }},
      {"request.price is f32 here and f64 there",
       [](Package& p) { p.types[tick].fields[1].type.kind = Kind::f32; }},
      {"request has the field `cost` here and not there",
       [](Package& p) { p.types[tick].fields[1].name = "cost"; }},
      {"request has the field `price` at another place there",
       [](Package& p) { std::swap(p.types[tick].fields[0], p.types[tick].fields[1]); }},
      {"request has the field `volume` here and not there",
       [](Package& p) { p.types[tick].fields.insert(p.types[tick].fields.begin(), volume()); }},
      {"request.at is optional<timestamp> here and timestamp there",
       [](Package& p) {
         p.types[tick].fields[2].type = of(Kind::optional, {scalar(Kind::timestamp)});
       }},
      {"request is an enum here and a struct there",
       [](Package& p) { p.types[tick].form = TypeDef::Form::enumeration; }},
  }));
  const auto it = after(named(tick), change.make);
  CHECK(refusal(it.up({}), errc::schema_mismatch) == change.told);
}

TEST_CASE("a default that is none of its type is refused before any payload", "[conversion]") {
  const auto it = after(named(tick), [](Package& p) {
    p.types[tick].fields.push_back(with_default("name", scalar(Kind::string), Bytes{std::byte{1}}));
  });
  CHECK_THAT(refusal(it.up({}), errc::schema_mismatch),
             Contains("the default of Tick.name does not fit: ends where 4 more bytes"));
}

TEST_CASE("a method's messages are converted each in its direction", "[conversion]") {
  const auto older = trading();
  auto newer = trading();
  newer.types[side].values.push_back({"hold", "", ""});
  newer.types[closed].fields.push_back(volume());
  newer.types[tree].fields.push_back(field("side", of(Kind::optional, {named(side)})));
  newer.types[price_request].fields.push_back(volume());
  newer.actors[0].handlers[0].errors.push_back(tick);  // one more, at the end
  const auto& old_one = older.actors[0].handlers[0];
  const auto& new_one = newer.actors[0].handlers[0];
  const auto convert = [](const Conversion& with, const Bytes& bytes) {
    Bytes memory;
    const auto view = with.convert(bytes, memory).value();
    return Bytes(view.begin(), view.end());
  };
  const auto cancel = payload(std::uint8_t{1}, std::uint16_t{2}, std::uint32_t{0});
  const auto cancel_more =
      payload(std::uint8_t{1}, std::uint16_t{2}, std::uint32_t{0}, std::uint8_t{0});

  SECTION("answered by the newer side") {
    const auto it =
        MethodConversion::make(newer, new_one, older, old_one, MethodConversion::Answered::here)
            .value();
    CHECK(convert(*it.output, cancel_more) == cancel);
    ErrorData data;
    data.code = errc::declared;
    data.declared = "trading.MarketClosed";
    data.payload = payload(std::uint8_t{0}, std::uint32_t{7});
    CHECK(it.convert(Error(data)).data().payload == payload(std::uint8_t{0}));
    data.payload = {};
    CHECK(it.convert(Error(data)).code() == errc::bad_reply);
    data.declared = "trading.Tick";  // the other side has only its name and its text
    CHECK(it.convert(Error(data)).data().declared == "trading.Tick");
  }
  SECTION("answered by the older side") {
    const auto it =
        MethodConversion::make(newer, new_one, older, old_one, MethodConversion::Answered::there)
            .value();
    CHECK(convert(*it.output, cancel) == cancel_more);
  }
  SECTION("the request goes the other way than the reply") {
    const auto& old_price = older.modules[0].callbacks[0];
    const auto& new_price = newer.modules[0].callbacks[0];
    const auto asked = payload(std::string("A"));
    const auto asked_more = payload(std::string("A"), std::uint32_t{7});
    CHECK(convert(MethodConversion::make(newer, new_price, older, old_price,
                                         MethodConversion::Answered::here)
                      .value()
                      .request,
                  asked) == asked_more);
    CHECK(convert(MethodConversion::make(newer, new_price, older, old_price,
                                         MethodConversion::Answered::there)
                      .value()
                      .request,
                  asked_more) == asked);
  }
  SECTION("what one message can't bridge refuses the method") {
    newer.types[tree].fields[0].name = "buy";
    const auto it =
        MethodConversion::make(newer, new_one, older, old_one, MethodConversion::Answered::here);
    CHECK(it.error().code() == errc::schema_mismatch);
    CHECK(it.error().message() == "reply has the field `buy` here and not there");
  }
}

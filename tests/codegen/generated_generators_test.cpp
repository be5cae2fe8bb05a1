#include <kinds/generators.hpp>

#include <catch2/catch.hpp>

#include <kameo/limit_check.hpp>
#include <kameo/utf8.hpp>

#include <set>
#include <string>
#include <vector>

// Deprecated types are part of what is tested.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace kinds {
namespace {

/// As many cases as a default run of rapidcheck has, of every size.
template <class T>
void each(const std::function<void(const T&)>& look) {
  REQUIRE(rc::check([&](const T& value) { look(value); }));
}

/// Many more of them, so that what is seldom drawn comes as well.
template <class T>
void each_of_many(const std::function<void(const T&)>& look) {
  REQUIRE(rc::check([&] {
    const auto values = *rc::gen::container<std::vector<T>>(10, rc::gen::arbitrary<T>());
    for (const auto& value : values) look(value);
  }));
}

template <class T>
void survives_the_wire() {
  each<T>([](const T& value) {
    const auto payload = kameo::encode_payload(value);  // says which limit is broken
    RC_ASSERT(payload.has_value());
    const auto back = kameo::decode_payload<T>(*payload);
    RC_ASSERT(back.has_value());
    RC_ASSERT(*back == value);
  });
}

}  // namespace

TEST_CASE("what is drawn keeps its limits and survives the wire", "[codegen][generators]") {
  survives_the_wire<Scalars>();
  survives_the_wire<Containers>();
  survives_the_wire<Aged>();
  survives_the_wire<Defaults>();
  survives_the_wire<Refused>();
  survives_the_wire<Tagged>();
  survives_the_wire<ScreenDelete>();
  survives_the_wire<acme::common::Money>();
}

TEST_CASE("recursive types are drawn to an end", "[codegen][generators]") {
  survives_the_wire<Tree>();
  survives_the_wire<Json>();
  survives_the_wire<Expression>();
  survives_the_wire<Chain>();
  survives_the_wire<Team>();
  survives_the_wire<Figure>();
}

TEST_CASE("every value and variant is drawn, optionals both ways, numbers up to their ends",
          "[codegen][generators]") {
  std::set<Colour> colours;
  each_of_many<Colour>([&](const Colour& colour) { colours.insert(colour); });
  CHECK(colours.size() == 3);

  std::set<std::string_view> tags;
  each_of_many<Shape>([&](const Shape& shape) { tags.insert(shape.tag()); });
  CHECK(tags.size() == Shape::tags.size());

  std::set<bool> present;
  std::set<std::int16_t> numbers;
  each_of_many<Containers>(
      [&](const Containers& value) { present.insert(value.maybe.has_value()); });
  CHECK(present.size() == 2);
  each_of_many<Scalars>([&](const Scalars& value) { numbers.insert(value.b); });
  CHECK((*numbers.begin() == -5 && *numbers.rbegin() == 5 && numbers.contains(0)));
}

namespace {

/// A pattern and lengths as generated code gives them.
template <std::size_t Shortest, std::size_t Longest>
std::string drawn(std::string_view pattern) {
  kameo::testing::Draw from;
  std::string text;
  from(text, {.shortest = Shortest, .longest = Longest, .pattern = pattern});
  return text;
}

}  // namespace

TEST_CASE("texts match their pattern at the lengths allowed", "[codegen][generators]") {
  for (const auto* pattern :
       {"[A-Z]{3}", "a*b+c?", "(foo|ba[rz]){1,3}", "[^a-z]+", R"(\d{4}-\d\d)",
        R"(\S+@\S+\.(com|org))", ".{5}", "[éß中]*", "^x|y{2,}$", R"([\w.]+)", ""}) {
    const auto parsed = kameo::Pattern::of(pattern);
    CHECK(rc::check([&] {
      const auto text = drawn<0, 1000>(pattern);
      RC_ASSERT(kameo::is_utf8(text));
      RC_ASSERT(*pattern == '\0' || parsed.matches(text));
    }));
  }
  CHECK(rc::check([] { RC_ASSERT((drawn<7, 7>("(ab|c)+").size() == 7)); }));
  CHECK(rc::check([] { RC_ASSERT((drawn<200, 300>("[a-z]*").size() >= 200)); }));
  // It fails by name rather than giving what the limits refuse.
  CHECK(rc::check([] { RC_ASSERT_THROWS_AS((drawn<4, 4>("(abc)*")), rc::GenerationFailure); }));
}

TEST_CASE("bounds hold at the ends of every number", "[codegen][generators]") {
  const auto within = []<class T>(T min, T max) {
    return rc::check([=] {
      kameo::testing::Draw from;
      T value{};
      from(value, {.min = min, .max = max});
      RC_ASSERT(min <= value && value <= max);
    });
  };
  using I64 = std::numeric_limits<std::int64_t>;
  using U64 = std::numeric_limits<std::uint64_t>;
  CHECK(within(I64::min(), I64::max()));
  CHECK(within(U64::max() - 1, U64::max()));
  CHECK(within(std::int8_t{-128}, std::int8_t{-128}));
  CHECK(within(-1e308, 1e308));
  CHECK(within(0.1F, 0.1F));
  CHECK(within(kameo::Duration(-5), kameo::Duration(7)));

  const auto decimals = [](const char* min, const char* max, const char* step) {
    const auto low = kameo::parse_decimal(min).value();
    const auto high = kameo::parse_decimal(max).value();
    const auto unit = kameo::parse_decimal(step).value();
    return rc::check([=] {
      kameo::testing::Draw from;
      kameo::Decimal value;
      from(value, {.min = low, .max = high, .multiple_of = unit});
      RC_ASSERT(kameo::testing::detail::is_within(value, low, high, unit));
    });
  };
  CHECK(decimals("-0.3", "0.3", "0.1"));
  CHECK(decimals("0", "1E+30", "0.05"));
  CHECK(decimals("99.99", "1E+20", "7"));
  CHECK(decimals("1E-40", "1E+40", "1E-40"));  // too far apart to be counted through
}

}  // namespace kinds

#include <kinds/cereal.hpp>
#include <kinds/kinds.hpp>

#include <kameo/codec.hpp>
#include <kameo/declared_error.hpp>

#include <catch2/catch.hpp>
#include <cereal/archives/json.hpp>

#include <compare>
#include <cstddef>
#include <limits>
#include <sstream>
#include <type_traits>
#include <unordered_set>

// Deprecated types are part of what is tested.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace kinds {
namespace {

template <class T>
std::string printed(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

template <class T>
T through_wire(const T& value) {
  const auto payload = kameo::encode_payload(value);
  REQUIRE(payload);
  const auto back = kameo::decode_payload<T>(*payload);
  REQUIRE(back);
  return *back;
}

template <class T>
T through_cereal(const T& value) {
  std::stringstream text;
  {
    cereal::JSONOutputArchive out(text);
    out(value);
  }
  T back;
  cereal::JSONInputArchive in(text);
  in(back);
  return back;
}

Json deep_json(int depth) {
  if (depth == 0) return JsonText("leaf");
  return JsonPair(deep_json(depth - 1), Json(JsonItems({JsonNone(), deep_json(depth - 1)})));
}

Team sample_team() {
  Member lead;
  lead.teams.emplace("inner", Team());
  return Team(lead, {lead, std::nullopt});
}

}  // namespace

TEST_CASE("a default-made value has the defaults of the schema", "[codegen][cpp]") {
  const Scalars scalars;
  CHECK(scalars.flag);
  CHECK(scalars.a == -128);
  CHECK(scalars.b == 0);
  CHECK(scalars.d == std::numeric_limits<std::int64_t>::min());
  CHECK(scalars.h == std::numeric_limits<std::uint64_t>::max());
  CHECK(scalars.j == -std::numeric_limits<double>::infinity());
  CHECK(scalars.k == "1.10");
  CHECK(scalars.l == kameo::Bytes{std::byte{1}, std::byte{2}, std::byte{3}});
  CHECK(kameo::to_string(scalars.m) == "2026-11-21T09:30:00Z");
  CHECK(kameo::to_string(scalars.n) == "1m30s");
  CHECK(kameo::to_string(scalars.o) == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  CHECK(kameo::to_string(scalars.p) == "12.50");

  const Containers containers;
  CHECK(containers.maybe == 4U);
  CHECK_FALSE(containers.nothing);
  CHECK(containers.many == std::vector<std::optional<Colour>>{Colour::red, std::nullopt});
  CHECK(containers.some == std::set<Level>{Level::on});
  CHECK(containers.table.at("a") == std::vector<std::int32_t>{1, 2});
  CHECK(containers.four == std::array<std::uint16_t, 4>{1, 2, 3, 4});
  CHECK(containers.grid.shape() == std::array<std::uint32_t, 2>{2, 3});
  CHECK(containers.cube.is_valid());

  CHECK(Defaults().box == Shape(ShapeBox(Point(1, 0), Point())));
  CHECK(Defaults().price.currency == "EUR");
}

TEST_CASE("every generated type survives the wire and cereal", "[codegen][cpp]") {
  const auto survives = [](const auto& value) {
    INFO(printed(value));
    CHECK(through_wire(value) == value);
    CHECK(through_cereal(value) == value);
  };
  auto scalars = Scalars();
  scalars.j = 1.5;  // JSON has no infinity
  survives(scalars);
  survives(Containers());
  survives(Tree(ShapeNamed("a"), {Tree(ShapeNothing(), {}), Tree()}));
  survives(deep_json(4));
  survives(Json(JsonFields({{"a", kameo::Box<Json>(deep_json(1))}})));
  survives(Expression(ExpressionProduct({{1, kameo::Box<Expression>(Expression())}})));
  survives(Chain(Chain(std::nullopt, "b"), "a"));
  survives(sample_team());
  survives(Figure(FigureFigure({FigureCircle(Circle(1.0)), FigureAlternatives()})));
  survives(Tagged(TaggedOne("x", 1)));
  survives(Empty());
}

TEST_CASE("a recursive union that begins with itself is made as another variant",
          "[codegen][cpp]") {
  CHECK(Expression().tag() == "product");
  CHECK(through_wire(Expression(ExpressionSum(Expression(), Expression()))).tag() == "sum");
}

TEST_CASE("visit calls the visitor of the variant held", "[codegen][cpp]") {
  const Shape shape = ShapeLine(Point(), Point(3, 4));
  const auto name = shape.visit([](const ShapeLine& line) { return line.end.x; },
                                [](const auto&) { return -1.0; });
  CHECK(name == 3.0);
  CHECK(shape.is<Shape::Line>());
  CHECK(shape.get_if<ShapeCircle>() == nullptr);
  CHECK(shape.tag() == "line");
}

TEST_CASE("values print readably, secrets do not", "[codegen][cpp]") {
  CHECK(printed(acme::common::Money(kameo::Decimal{0, 150, -2, false}, "EUR")) ==
        R"(Money{amount: 1.50, currency: "EUR"})");
  CHECK(printed(Shape(ShapeCircle(2.5))) == "Shape::circle{value: 2.5}");
  CHECK(printed(Shape()) == "Shape::nothing");
  CHECK(printed(Scalars()).find("k: ***") != std::string::npos);
  CHECK(printed(Scalars()).find("1.10") == std::string::npos);
}

TEST_CASE("enums have names", "[codegen][cpp]") {
  CHECK(to_string(Level::on) == "on");
  CHECK(parse_level("low").value() == Level::low);
  const auto wrong = parse_level("high");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message() == "no value of kinds.Level: `high`");
  CHECK_FALSE(kameo::encode_payload(static_cast<Level>(7)));
}

TEST_CASE("types have an order where their members do", "[codegen][cpp]") {
  CHECK(Point(1, 2) < Point(1, 3));
  CHECK(Shape(ShapeCircle(1)) < Shape(ShapeNamed("a")));
  STATIC_REQUIRE_FALSE(std::three_way_comparable<Tree>);
  STATIC_REQUIRE_FALSE(std::three_way_comparable<acme::common::Money>);
}

TEST_CASE("limits are constants", "[codegen][cpp]") {
  STATIC_REQUIRE(Scalars::Limits::b_max == 5);
  STATIC_REQUIRE(std::is_same_v<decltype(Scalars::Limits::h_max), const std::uint64_t>);
  STATIC_REQUIRE(Scalars::Limits::k_pattern == "[0-9.]+");
  STATIC_REQUIRE(Scalars::Limits::n_multiple_of == std::chrono::milliseconds(500));
}

TEST_CASE("what breaks a limit neither leaves nor arrives, and is told by its path",
          "[codegen][cpp][limits]") {
  auto scalars = Scalars();
  scalars.b = 6;
  scalars.c = 10;
  scalars.i = std::numeric_limits<float>::quiet_NaN();
  scalars.k = "secret";
  scalars.p = kameo::parse_decimal("0.3").value();
  kameo::LimitCheck check;
  check_limits(check, scalars);
  CHECK(check.violations() ==
        std::vector<std::string>{
            "Scalars.b: expected i16 in -5..5, got 6",
            "Scalars.c: expected i32, a multiple of 3, got 10",
            "Scalars.i: expected f32 of at least 0.001, got nan",
            "Scalars.k: expected string of 1 to 20 characters, matching `[0-9.]+`, got a value "
            "that is not shown",
            "Scalars.p: expected decimal, a multiple of 0.25, got 0.3",
        });
  const auto sent = kameo::encode_payload(scalars);
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code() == kameo::errc::invalid_argument);
  CHECK(sent.error().message() == "Scalars.b: expected i16 in -5..5, got 6 (and 4 more)");

  const auto received = [](const auto& value) {  // from a sender that does not look
    kameo::Bytes bytes(encoded_end(0, value));
    kameo::Encoder out(bytes);
    encode(out, value);
    const auto back = kameo::decode_payload<std::decay_t<decltype(value)>>(bytes);
    REQUIRE_FALSE(back);
    CHECK(back.error().code() == kameo::errc::bad_request);
    return back.error().message();
  };
  CHECK(received(Tree(ShapeNothing(), {Tree(ShapeNamed(""), {})})) ==
        R"(Tree.children[0].shape.named: expected string of at least 1 character, got "")");
  auto containers = Containers();
  containers.maybe = 2;
  containers.many = {Colour::red, Colour::red};
  CHECK(received(containers) == "Containers.maybe: expected u32 of at least 3, got 2 (and 1 more)");
  CHECK(received(Aged("x", 10)) == "Aged.rate: expected u32 of at most 9, got 10");
}

TEST_CASE("equal values have equal hashes, others most likely not", "[codegen][cpp]") {
  const auto hash = []<class T>(const T& value) { return std::hash<T>{}(value); };
  CHECK(hash(Point(0.0, 1)) == hash(Point(-0.0, 1)));
  CHECK(hash(Point(1, 2)) != hash(Point(2, 1)));
  CHECK(hash(Containers()) == hash(Containers()));
  CHECK(hash(sample_team()) == hash(sample_team()));
  CHECK(hash(deep_json(2)) != hash(deep_json(3)));
  CHECK(hash(Shape(ShapeNothing())) != hash(Shape(ShapeOld())));
  CHECK(std::unordered_set<Shape>{ShapeNothing(), ShapeCircle(1), ShapeCircle(1)}.size() == 2);
}

TEST_CASE("a declared error comes back as what it was", "[codegen][cpp]") {
  const acme::common::Failure failure("no money", 402);
  const auto error = kameo::declared_error(failure);
  CHECK(error.code() == kameo::errc::declared);
  CHECK(error.data().declared == "acme.common.Failure");
  CHECK(error.message() == R"(Failure{reason: "no money", code: 402})");
  CHECK(kameo::declared_as<acme::common::Failure>(error) == failure);
  CHECK_FALSE(kameo::declared_as<Refused>(error));
  CHECK_FALSE(kameo::declared_as<Refused>(kameo::Error(kameo::errc::stopped, "x")));
}

}  // namespace kinds

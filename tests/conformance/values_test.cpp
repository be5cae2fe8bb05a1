#include "fixture.hpp"

#include <catch2/catch.hpp>

#include <kameo/codec.hpp>

#include <bit>
#include <cmath>
#include <limits>

namespace {

using conformance::Numbers;

template <class T>
T lowest() {
  return std::numeric_limits<T>::lowest();
}
template <class T>
T highest() {
  return std::numeric_limits<T>::max();
}

/// Both ends of every width, and each special float.
std::vector<Numbers> numbers() {
  using Float = std::numeric_limits<float>;
  using Double = std::numeric_limits<double>;
  std::vector<Numbers> all = {
      {lowest<std::int8_t>(), lowest<std::int16_t>(), lowest<std::int32_t>(),
       lowest<std::int64_t>(), 0, 0, 0, 0, 0.0F, 0.0, false},
      {highest<std::int8_t>(), highest<std::int16_t>(), highest<std::int32_t>(),
       highest<std::int64_t>(), highest<std::uint8_t>(), highest<std::uint16_t>(),
       highest<std::uint32_t>(), highest<std::uint64_t>(), 1.0F, 1.0, true},
  };
  const std::pair<float, double> floats[] = {
      {Float::infinity(), Double::infinity()},
      {-Float::infinity(), -Double::infinity()},
      {Float::quiet_NaN(), Double::quiet_NaN()},
      {-Float::quiet_NaN(), std::bit_cast<double>(std::uint64_t{0xfff8000000abcdef})},
      {-0.0F, -0.0},
      {Float::denorm_min(), Double::denorm_min()},
      {Float::min(), Double::min()},
      {highest<float>(), highest<double>()},
      {lowest<float>(), lowest<double>()},
  };
  for (const auto& [single, twice] : floats) {
    Numbers each;
    each.float32 = single;
    each.float64 = twice;
    all.push_back(each);
  }
  return all;
}

/// Equal to the last bit, so that NaN is equal to itself and 0 is not -0.
template <class T>
bool same(const T& a, const T& b) {
  return *kameo::encode_payload(a) == *kameo::encode_payload(b);
}

conformance::Tree tree(int depth) {
  if (depth == 1) return conformance::TreeLeaf(depth);
  return conformance::TreeNode(kameo::Box<conformance::Tree>(tree(depth - 1)),
                               kameo::Box<conformance::Tree>(conformance::TreeLeaf(depth)));
}

}  // namespace

TEST_CASE("E1 scalars go to Python and back unchanged", "[conformance]") {
  EchoFixture fixture(GENERATE(from_range(forms)));
  for (const auto& each : numbers()) {
    const auto back = fixture.echo.numbers({each}, {}, kameo::blocking);
    REQUIRE(back);
    INFO(each << " came back as " << *back);
    CHECK(same(each, *back));
  }
  const std::string texts[] = {"Hello, 世界!",        "🦀", "\n\t\r", "", std::string(1000, 'x'),
                               std::string("a\0b", 3)};
  for (const auto& each : texts) {
    CHECK(fixture.echo.text({each}, {}, kameo::blocking).value() == each);
  }
  kameo::Bytes data;
  for (int length = 0; length <= 100; ++length) {
    CHECK(fixture.echo.data({data}, {}, kameo::blocking).value() == data);
    data.push_back(static_cast<std::byte>(255 - length));
  }
}

TEST_CASE("E2 each shape of variant goes to Python and back unchanged", "[conformance]") {
  EchoFixture fixture(GENERATE(from_range(forms)));
  const conformance::Event events[] = {
      conformance::EventStop(),
      conformance::EventTick(4294967295U),
      conformance::EventPair(std::tuple<std::uint8_t, std::string>(255, "世")),
      conformance::EventMove(-0.5, 1e300),
  };
  for (const auto& each : events) {
    CHECK(fixture.echo.event({each}, {}, kameo::blocking).value() == each);
  }
}

TEST_CASE("E3 nested structures and a recursive union go to Python and back unchanged",
          "[conformance]") {
  EchoFixture fixture(GENERATE(from_range(forms)));
  const conformance::Bag bags[] = {
      {},
      {"label", {1, -2, highest<std::int64_t>()}, {}},
      {std::nullopt,
       {},
       {conformance::Event(conformance::EventStop()), std::nullopt,
        conformance::Event(conformance::EventTick(7)),
        conformance::Event(conformance::EventMove(1, 2))}},
      {"", {0}, {std::nullopt}},
  };
  for (const auto& each : bags) {
    CHECK(fixture.echo.bag({each}, {}, kameo::blocking).value() == each);
  }
  for (int depth = 1; depth <= 5; ++depth) {
    CHECK(fixture.echo.tree({tree(depth)}, {}, kameo::blocking).value() == tree(depth));
  }
}

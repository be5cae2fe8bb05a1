#include <kinds/types.hpp>

#include <kameo/fmt.hpp>

#include <fmt/ranges.h>
#include <catch2/catch.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kinds {

TEST_CASE("{fmt} prints what << prints", "[codegen][fmt]") {
  CHECK(fmt::format("{}", Point(1, 2.5)) == "Point{x: 1, y: 2.5}");
  CHECK(fmt::format("{}", Shape(ShapeCircle(2.5))) == "Shape::circle{value: 2.5}");
  CHECK(fmt::format("{}", Colour::green) == "green");
  CHECK(fmt::format("{}", Chain(Chain(std::nullopt, "b"), "a")) ==
        R"(Chain{next: Chain{next: none, label: "b"}, label: "a"})");
  // Secrets stay hidden here too.
  const auto scalars = std::make_unique<Scalars>();
  CHECK(fmt::format("{}", *scalars).find("k: ***") != std::string::npos);
  CHECK(fmt::format("{}", *scalars).find("1.10") == std::string::npos);
}

TEST_CASE("{fmt} takes the options of a text, and containers of generated types",
          "[codegen][fmt]") {
  CHECK(fmt::format("[{:>6}|{:<6}|{:*^7}]", Colour::red, Level::low, Colour::red) ==
        "[   red|low   |**red**]");
  CHECK(fmt::format("{}", std::vector{Point(), Point(1, 1)}) ==
        "[Point{x: 0, y: 0}, Point{x: 1, y: 1}]");
}

TEST_CASE("{fmt} prints kameo's own types", "[codegen][fmt]") {
  CHECK(fmt::format("{}", kameo::parse_decimal("1.50").value()) == "1.50");
  CHECK(fmt::format("{}", kameo::Uuid()) == "00000000-0000-0000-0000-000000000000");
  CHECK(fmt::format("{}", kameo::Error(kameo::errc::overloaded, "later")) == "overloaded: later");
  CHECK(fmt::format("{}", kameo::NumericArray<double>({1, 2})) == "array[2](1, 2)");
}

}  // namespace kinds
